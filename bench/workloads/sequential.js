import { oneByOne } from './workload.js';

/** @type {import('./workload.js').Workload[]} */
export const workloads = [
  {
    title: 'tiny calls, one by one',
    unit: 'µs a call',
    workers: 1,
    rounds: 15,
    calls: 2000,
    spans: true,
    busy: true,
    run: (pool, calls) => oneByOne(calls, () => pool.call('increment', 1)),
  },
];
