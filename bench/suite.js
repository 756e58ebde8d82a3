import { measure } from './measure.js';
import { postResults } from './post-results.js';
import { MORE_WORKLOADS, WORKLOADS } from './workloads/index.js';

const query = new URLSearchParams(location.search);
const part = query.get('part') ?? '';
const rounds = Number(query.get('rounds') ?? Infinity);

await postResults(async () => {
  if (part === 'span') return (await import('./span.js')).measureSpans(rounds);
  if (part === 'abort') return (await import('./abort.js')).measureAbort();
  if (part === 'trace') return (await import('./trace.js')).measureTraces(rounds);
  const workloads = await { ...WORKLOADS, ...MORE_WORKLOADS }[part]();
  return measure(part, workloads, { rounds, names: query.get('names')?.split(',') });
});
