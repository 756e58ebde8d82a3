import { parentPort } from 'node:worker_threads';

import { expose } from 'atelier-wasm/worker';

expose({
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
