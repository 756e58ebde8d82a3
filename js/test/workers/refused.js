/** @file Exposes what cannot be exposed. */
import { workerData } from 'node:worker_threads';

import { expose, withContext } from 'atelier-wasm/worker';

const fn = () => {};

/** @type {Record<string, () => any>} */
const refused = {
  'a nested object': () => ({ fn, math: { fn } }),
  'a value': () => ({ fn, version: '1.0' }),
  null: () => ({ fn, nothing: null }),
  'a getter of a value': () => ({ fn, get size() { return 5; } }), // prettier-ignore
  with: () => ({ fn, with: fn }),
  then: () => ({ fn, then: fn }),
  toString: () => ({ fn, toString: fn }),
  constructor: () => ({ fn, constructor: fn }),
  'with a context': () => ({ fn, toJSON: withContext(fn) }),
  'a method': () =>
    new (class {
      fn() {}
      dispose() {}
    })(),
  'a field': () =>
    new (class {
      fn() {}
      valueOf = fn;
    })(),
  'an inherited method': () =>
    new (class extends Error {
      fn() {}
    })(),
  'an empty object': () => ({}),
  'a class': () => class Counter {},
  'an array': () => [fn],
  'withContext() of a value': () => ({ fn: withContext(/** @type {any} */ ({ fn })) }),
};

expose(refused[workerData]());
