/** @file Talks with its owner by messages of its own, before `expose()` and after. */
import { parentPort } from 'node:worker_threads';

import { expose } from 'atelier-wasm/worker';

/** @type {unknown[]} */
const heard = [];
parentPort?.on('message', (message) => {
  heard.push(message);
  if (message?.echo) parentPort?.postMessage(message.echo);
});
parentPort?.postMessage('before');

expose({
  heard: () => heard,
  large: () => new Uint8Array(100_000),
  /** Answers `many` calls, the last of which ends the worker in this way. */
  end(/** @type {SharedArrayBuffer} */ left, /** @type {'exit' | 'throw'} */ way) {
    if (Atomics.sub(new Int32Array(left), 0, 1) > 1) return new Uint8Array(10_000);
    if (way === 'exit') process.exit(3);
    setImmediate(() => {
      throw new Error('outside of any handler');
    });
    return new Promise(() => {});
  },
});
parentPort?.postMessage('after');
