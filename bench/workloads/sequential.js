import { oneByOne } from './workload.js';

/** @type {import('./workload.js').Workload[]} */
export const workloads = [
  {
    title: 'tiny calls, one by one',
    unit: 'µs a call',
    workers: 1,
    rounds: 15,
    calls: 2000,
    fresh: true,
    spans: true,
    async run(pool, calls) {
      await oneByOne(200, () => pool.call('increment', 1));
      return oneByOne(calls, () => pool.call('increment', 1));
    },
  },
];
