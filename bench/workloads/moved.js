import { oneByOne } from './workload.js';

/** @type {import('./workload.js').Workload[]} */
export const workloads = [
  {
    title: '8 MiB transferred, there and back',
    unit: 'µs a call',
    workers: 1,
    rounds: 11,
    calls: 1000,
    run: (pool, calls) => {
      let buffer = new ArrayBuffer(8 * 1024 * 1024);
      return oneByOne(calls, async () => (buffer = await pool.move(buffer)));
    },
  },
];
