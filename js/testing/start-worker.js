/** @file What runs first in a PageWorker: it has the worker's own globals of a page. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {any} */
const port = parentPort;

Object.assign(globalThis, {
  self: globalThis,
  name: workerData.name,
  postMessage: (/** @type {any} */ message, /** @type {any} */ transfer) =>
    port.postMessage(message, Array.isArray(transfer) ? transfer : transfer?.transfer),
  addEventListener: port.addEventListener.bind(port),
  removeEventListener: port.removeEventListener.bind(port),
  close: () => process.exit(),
});
Object.defineProperty(globalThis, 'onmessage', {
  configurable: true,
  get: () => port.onmessage,
  set(handler) {
    port.onmessage = handler;
  },
});

await import(pathToFileURL(workerData.script).href);
