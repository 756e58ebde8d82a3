import { allAtOnce } from './workload.js';

/** @type {import('./workload.js').Workload[]} */
export const workloads = [1, 2, 4, 8, 16].map((workers) => ({
  title: `5,000 tiny calls in one tick, ${workers} worker${workers > 1 ? 's' : ''}`,
  unit: 'µs a call',
  workers,
  rounds: 5,
  calls: 5000,
  atOnce: true,
  fresh: true,
  async run(pool, calls) {
    await allAtOnce(500, () => pool.call('increment', 1)); // all have started
    return ((await allAtOnce(calls, (index) => pool.call('increment', index))) * 1000) / calls;
  },
}));
