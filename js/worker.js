/**
 * The worker's side, for browsers; in Node the same.
 * @module atelier-wasm/worker
 */
import createModule from '../dist/atelier.web.js';
import { nextMacrotask } from './shared/next-macrotask.js';
import { makeExpose } from './worker/expose.js';

const isWorker = /** @type {any} */ (globalThis).DedicatedWorkerGlobalScope !== undefined;

/**
 * Where the worker's script is, if that is a module: importScripts() throws then. (In Firefox only if
 * it is given something: this is no URL, so that a classic worker loads nothing.)
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

/** @type {import('./worker/expose.js').WorkerScope} */
const scope = {
  scriptUrl: moduleUrl,
  tellUnexposed: () => self.postMessage({ type: 'atelier:unexposed' }),
  // A MessagePort would be slower (docs/decisions/0018-a-channel-of-its-own.md).
  makeChannel({ take, unread }) {
    const key = Math.random();
    // Before the user's listeners, which are not to see what is the runtime's.
    const { onmessage } = self;
    self.onmessage = null;
    self.addEventListener(
      'message',
      (event) => {
        if (take(event.data)) event.stopImmediatePropagation();
      },
      true
    );
    self.onmessage = onmessage;
    self.addEventListener('messageerror', unread);
    return {
      key,
      greet: (version) => self.postMessage({ type: 'atelier:hello', version, key }),
      post: (envelope, transfer) => self.postMessage(envelope, { transfer }),
    };
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
};

/**
 * Makes handlers callable from the main thread, as the methods of the task that this worker was made
 * for. Call it once, at the top level of the worker's script.
 * @example
 * ```js
 * expose({ double: (x) => 2 * x });
 * ```
 * @function
 * @param handlers an object of functions, or an instance. An instance exposes the methods of its class
 *   and its fields that are functions; other fields and getters stay in the worker. A function may be
 *   sync, async or a generator. It gets only its caller's arguments: use `withContext()` to get a
 *   TaskContext too
 * @throws {TypeError} when a value of an object is no function, or a name is one that a task or every
 *   object has itself (`with`, `dispose`, `toString`, …); the message names it
 * @throws {Error} when it is called twice
 */
export const expose = makeExpose(createModule, isWorker ? scope : undefined);
export * from './types.js';
export { withContext } from './worker/with-context.js';
