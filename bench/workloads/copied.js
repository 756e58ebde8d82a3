import { oneByOne } from './workload.js';

const bytes = new Uint8Array(64 * 1024).map((_, index) => index);

/** @type {import('./workload.js').Workload[]} */
export const workloads = [
  {
    title: '64 KiB copied, there and back',
    unit: 'µs a call',
    workers: 1,
    rounds: 15,
    calls: 200,
    spans: true,
    busy: true,
    run: (pool, calls) => oneByOne(calls, () => pool.call('echo', bytes)),
  },
];
