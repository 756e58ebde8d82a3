/** @file `atelier-wasm/worker`, for Node's worker_threads. */
import { parentPort } from 'node:worker_threads';

import createModule from '../dist/atelier.node.js';
import { makeExpose } from './worker/expose.js';

export const expose = makeExpose(createModule, {
  post: (message, transfer = []) => parentPort?.postMessage(message, /** @type {any} */ (transfer)),
  listen: (listener) => parentPort?.on('message', listener),
  holdLock: async () => undefined, // a worker's end is an event in Node
});
export * from './types.js';
