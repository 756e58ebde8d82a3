import { oneByOne, whenDone } from './workload.js';

const MORE = 4000;

/**
 * So many calls in one tick, and one more for each of the first that are done, so that as many stay
 * pending; until all are done. (A part of them would not do: who batches has all results at once.)
 * @type {import('./workload.js').Workload['run']}
 */
async function run(pool, depth) {
  await oneByOne(200, () => pool.call('increment', 1));
  const total = depth + MORE;
  return new Promise((resolve) => {
    const startMs = performance.now();
    let made = 0;
    let done = 0;
    const call = () => {
      made += 1;
      whenDone(pool.call('increment', 1), next);
    };
    const next = () => {
      done += 1;
      if (done === total) resolve(((performance.now() - startMs) * 1000) / total);
      else if (made < total) call();
    };
    for (let i = 0; i < depth; i++) call();
  });
}

/** @type {import('./workload.js').Workload[]} */
export const workloads = [10, 100, 1000, 10_000, 100_000].map((calls) => ({
  title: `a tiny call while ${calls.toLocaleString('en')} are pending`,
  unit: 'µs a call',
  workers: 2,
  rounds: 3,
  calls,
  atOnce: true,
  fresh: true,
  run,
}));
