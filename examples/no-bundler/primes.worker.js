// A page's import map does not hold in its workers: they import by URL.
import { expose } from './node_modules/atelier-wasm/js/worker.js';
import { countPrimes } from './primes.js';

const handlers = {
  /** @param {number} limit */
  count: (limit) => countPrimes(limit),
};
/** @typedef {typeof handlers} Primes */

expose(handlers);
