/**
 * @file `atelier-wasm/testing/setup`, for a test runner's `setupFiles`, on Node: modules that make their
 * workers as a page does get real worker threads.
 */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { TextDecoder, TextEncoder } from 'node:util';

import { PageWorker } from './page-worker.js';

/**
 * The platform's, where a test runner's jsdom has none.
 * @param {any} value
 * @param {{ transfer?: any[] }} [options]
 */
function structuredClone(value, { transfer = [] } = {}) {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(value, transfer);
  const received = receiveMessageOnPort(port2);
  port1.close();
  return received?.message;
}

const MISSING = { structuredClone, TextDecoder, TextEncoder };
for (const [name, value] of Object.entries(MISSING)) {
  if (!(name in globalThis)) /** @type {any} */ (globalThis)[name] = value;
}
/** @type {any} */ (globalThis).Worker = PageWorker;
