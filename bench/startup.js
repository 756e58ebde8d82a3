/** @file From a page that has loaded nothing of a contender to its first result, once. */
import { loadContender } from './contenders/index.js';
import { postResults } from './post-results.js';

const query = new URLSearchParams(location.search);

await postResults(async () => {
  const startMs = performance.now();
  const { make } = await loadContender(query.get('name') ?? '', query.get('spans') === 'true');
  const pool = await make(1);
  await pool.call('increment', 1);
  return performance.now() - startMs;
});
