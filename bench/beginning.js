/**
 * @file The beginning of a page that has loaded nothing of a contender: once to the first result, and
 * the next calls one by one.
 */
import { loadContender } from './contenders/index.js';
import { postResults } from './post-results.js';
import { oneByOne } from './workloads/workload.js';

const query = new URLSearchParams(location.search);

await postResults(async () => {
  const startMs = performance.now();
  const { make } = await loadContender(query.get('name') ?? '', false);
  const pool = await make(1);
  await pool.call('increment', 1);
  const startup = performance.now() - startMs;
  return { startup, first: await oneByOne(20, () => pool.call('increment', 1)) };
});
