/** @file `atelier-wasm/worker`, for Node's worker_threads. */
import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';

import createModule from '../dist/atelier.node.js';
import { makeExpose } from './worker/expose.js';

parentPort?.postMessage({ type: 'atelier:imported' });

/**
 * Makes handlers callable from the main thread, as the methods of the task that this worker was made
 * for. Call it once, at the top level of the worker's script. Throws a TypeError if it is given no
 * object of functions.
 */
export const expose = makeExpose(createModule, {
  script: parentPort ? { url: () => pathToFileURL(process.argv[1]).href, loadMs: 0 } : undefined,
  post: (message, transfer = []) => parentPort?.postMessage(message, /** @type {any} */ (transfer)),
  listen(listener, unread) {
    parentPort?.on('message', listener);
    parentPort?.on('messageerror', unread);
  },
  nextMacrotask: (callback) => void setImmediate(callback),
  holdLock: async () => undefined, // a worker's end is an event in Node
});
export * from './types.js';
