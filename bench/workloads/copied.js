/** @file Values that are copied to a worker and back, one after the other. */
import { oneByOne } from './workload.js';

const OBJECT = {
  id: 'b1946ac92492d234',
  name: 'A picture of a mountain, with a blue lake before it',
  tags: ['nature', 'mountain', 'lake', 'summer'],
  size: { width: 4096, height: 2731, bytes: 5_812_931 },
  taken: { at: '2026-05-17T06:41:09Z', exposure: 0.0125, iso: 200 },
  position: { latitude: 46.5595, longitude: 8.5606 },
};

const STRING = 'The quick brown fox jumps over the lazy dog. '.repeat(250).slice(0, 10_000);

const ROWS = Array.from({ length: 100 }, (_, index) => ({
  id: index,
  name: `Customer number ${index}`,
  city: ['Bern', 'Oslo', 'Porto'][index % 3],
  balance: index * 17.25,
  active: index % 4 !== 0,
}));

const BYTES = new Uint8Array(64 * 1024).map((_, index) => index);
const FLOATS = new Float32Array(256 * 1024).map((_, index) => index / 7);

/**
 * @param {string} what
 * @param {unknown} value
 * @param {number} calls
 * @returns {import('./workload.js').Workload}
 */
const copied = (what, value, calls) => ({
  title: `${what}, there and back`,
  unit: 'µs a call',
  workers: 1,
  rounds: 15,
  calls,
  fresh: true,
  async run(pool, count) {
    await pool.call('echo', value);
    return oneByOne(count, () => pool.call('echo', value));
  },
});

export const object = copied(`an object of ${JSON.stringify(OBJECT).length} bytes`, OBJECT, 1000);
export const string = copied('a string of 10 KB', STRING, 300);
export const rows = copied(`${ROWS.length} rows of small objects`, ROWS, 300);
export const bytes = copied('64 KiB of bytes', BYTES, 200);
export const floats = copied('1 MiB of floats', FLOATS, 50);
