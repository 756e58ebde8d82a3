import { parentPort } from 'node:worker_threads';

import { expose } from 'atelier-wasm/worker';

expose({
  add: (/** @type {number} */ a, /** @type {number} */ b) => a + b,
  later: (/** @type {any} */ value, /** @type {number} */ ms) =>
    new Promise((resolve) => setTimeout(resolve, ms, value)),
  say: (/** @type {unknown} */ message) => parentPort?.postMessage(message),
  /** Posts messages of its own, and answers with those that it got. */
  talk: () =>
    new Promise((resolve) => {
      /** @type {unknown[]} */
      const heard = [];
      parentPort?.on('message', (message) => {
        heard.push(message);
        if (message === 'end') resolve(heard);
      });
      for (const message of [null, undefined, 5, 'text']) parentPort?.postMessage(message);
    }),
});
