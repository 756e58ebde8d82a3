import { allAtOnce } from './workload.js';

/** @type {import('./workload.js').Workload[]} */
export const workloads = [
  {
    title: '20,000 tiny calls in one tick',
    unit: 'µs a call',
    workers: 2,
    rounds: 7,
    calls: 20_000,
    atOnce: true,
    spans: true,
    spanRounds: 3,
    spanOnly: ['atelier', 'postMessage', 'batched'],
    busy: true,
    run: async (pool, calls) =>
      ((await allAtOnce(calls, (index) => pool.call('increment', index))) * 1000) / calls,
  },
];
