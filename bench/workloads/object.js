import { oneByOne } from './workload.js';

const object = {
  id: 'b1946ac92492d234',
  name: 'A picture of a mountain, with a blue lake before it',
  tags: ['nature', 'mountain', 'lake', 'summer'],
  size: { width: 4096, height: 2731, bytes: 5_812_931 },
  taken: { at: '2026-05-17T06:41:09Z', exposure: 0.0125, iso: 200 },
  position: { latitude: 46.5595, longitude: 8.5606 },
};

/** @type {import('./workload.js').Workload[]} */
export const workloads = [
  {
    title: `an object of ${JSON.stringify(object).length} bytes, there and back`,
    unit: 'µs a call',
    workers: 1,
    rounds: 15,
    calls: 1000,
    spans: true,
    busy: true,
    run: (pool, calls) => oneByOne(calls, () => pool.call('echo', object)),
  },
];
