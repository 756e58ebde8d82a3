/** @file A worker in which nothing can be added to Object.prototype, nor taken away. */
import { expose } from 'atelier-wasm/worker';

Object.freeze(Object.prototype);

expose({
  /** Says what it has been given as text, and gives it back. */
  echo: (/** @type {any} */ value) => [JSON.stringify(value), value],
  throwWith(/** @type {any} */ fields) {
    throw Object.defineProperties(new TypeError('m'), Object.getOwnPropertyDescriptors(fields));
  },
});
