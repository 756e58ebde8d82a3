/**
 * The worker's side, for browsers; in Node the same.
 * @module atelier-wasm/worker
 */
import createModule from '../dist/atelier.web.js';
import { nextMacrotask } from './shared/next-macrotask.js';
import { makeExpose } from './worker/expose.js';

const isWorker = /** @type {any} */ (globalThis).DedicatedWorkerGlobalScope !== undefined;
if (isWorker) self.postMessage({ type: 'atelier:imported' });

/**
 * Where the worker's script is, if that is a module: importScripts() throws then. (In Firefox only if it
 * is given something: this is no URL, so that a classic worker loads nothing.)
 */
function moduleUrl() {
  try {
    const { importScripts } = /** @type {any} */ (self);
    importScripts();
    importScripts('http://');
  } catch (/** @type {any} */ { message }) {
    if (/module/i.test(message)) return location.href;
  }
  return undefined;
}

/**
 * Makes handlers callable from the main thread, as the methods of the task that this worker was made
 * for. Call it once, at the top level of the worker's script.
 * @function
 * @param handlers functions by name: sync, async or generators; each gets the call's arguments, and a
 *   TaskContext as its last one
 * @throws {TypeError} a TypeError if it is given no object of functions
 * @throws {Error} an Error if it is called twice
 */
export const expose = makeExpose(createModule, {
  script: isWorker ? { url: moduleUrl, loadMs: performance.now() } : undefined,
  post: (message, transfer = []) => self.postMessage(message, { transfer }),
  listen(listener, unread) {
    self.addEventListener('message', (event) => listener(event.data));
    self.addEventListener('messageerror', unread);
  },
  nextMacrotask,
  holdLock: () =>
    new Promise((resolve) => {
      if (!navigator.locks) return resolve(undefined); // without HTTPS, which has no UUIDs either
      const lock = `atelier-${crypto.randomUUID()}`;
      const held = navigator.locks.request(lock, () => {
        resolve(lock);
        return new Promise(() => {});
      });
      held.catch(() => resolve(undefined)); // documents of an opaque origin have none
    }),
});
export * from './types.js';
