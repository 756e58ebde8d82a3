/** @file Gives back what it gets, and says what it has posted. */
import { MessagePort } from 'node:worker_threads';

import { expose } from 'atelier-wasm/worker';

let posted = 0;
const { postMessage } = MessagePort.prototype;
MessagePort.prototype.postMessage = function (message, ...rest) {
  if (message?.[1]?.type === 'result') posted += 1;
  return Reflect.apply(postMessage, this, [message, ...rest]);
};

expose({
  echo: (/** @type {any} */ value) => value,
  bytes(/** @type {number} */ length, /** @type {number} */ fill) {
    return new Uint8Array(length).fill(fill);
  },
  sum: (/** @type {Uint8Array} */ bytes) => bytes.reduce((sum, byte) => sum + byte, 0),
  hold: (/** @type {SharedArrayBuffer} */ flag) => void Atomics.wait(new Int32Array(flag), 0, 0),
  posted: () => posted,
  /** Has no memory for long strings any more. */
  runOut() {
    TextDecoder.prototype.decode = () => {
      throw new RangeError('out of memory');
    };
  },
});
