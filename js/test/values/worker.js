/** @file Says what has arrived, and makes values to send. */
import { expose } from 'atelier-wasm/worker';

import { battery, make } from './battery.js';
import { describe } from './describe.js';

let crash = () => self.close();
if (typeof process === 'object') crash = () => process.exit(1);

expose({
  describe: (/** @type {any[]} */ ...args) => describe(args),
  /** Ends its worker the first time. */
  async describeAgain(/** @type {SharedArrayBuffer} */ flag, /** @type {any} */ value) {
    if (Atomics.exchange(new Int32Array(flag), 0, 1) === 0) crash();
    return describe(value);
  },
  make,
  sizes: (/** @type {any[]} */ list) => list.map(({ byteLength }) => byteLength),
  names: () => battery.map(({ name }) => name),
  hold: (/** @type {SharedArrayBuffer} */ flag) => void Atomics.wait(new Int32Array(flag), 0, 0),
});
