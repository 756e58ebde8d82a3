/** @file `atelier-wasm/worker`, for browsers. */
import createModule from '../dist/atelier.web.js';
import { makeExpose } from './worker/expose.js';

export const expose = makeExpose(createModule, {
  post: (message, transfer = []) => self.postMessage(message, { transfer }),
  listen: (listener) => self.addEventListener('message', (event) => listener(event.data)),
});
export * from './types.js';
