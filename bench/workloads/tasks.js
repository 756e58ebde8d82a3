import { oneByOne } from './workload.js';

/** @type {import('./workload.js').Workload[]} */
export const workloads = [1, 10, 100].map((tasks) => ({
  title: `tiny calls, one by one, to ${tasks} task${tasks > 1 ? 's' : ''} in turn`,
  unit: 'µs a call',
  workers: tasks,
  rounds: 5,
  calls: 500,
  fresh: true,
  tasks: true,
  only: ['atelier', 'postMessage', 'comlink'],
  async run(pool, calls) {
    await oneByOne(2 * tasks + 100, () => pool.call('increment', 1)); // all have started
    return oneByOne(calls, () => pool.call('increment', 1));
  },
}));
