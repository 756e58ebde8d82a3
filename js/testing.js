/**
 * Workers for the unit tests of apps.
 * @module atelier-wasm/testing
 */
import createModule from '../dist/atelier.web.js';
import { nextMacrotask } from './shared/next-macrotask.js';
import { startInlineThread } from './testing/inline-thread.js';

/** A worker as browsers have it, with what the runtime asks of one. */
class InlineWorker extends EventTarget {
  #ports = new MessageChannel();
  #end;

  /** @param {() => unknown} load */
  constructor(load) {
    super();
    const { port1, port2 } = this.#ports;
    const forward = (/** @type {MessageEvent} */ { type, data }) =>
      this.dispatchEvent(new MessageEvent(type, { data }));
    port2.onmessage = forward;
    port2.onmessageerror = forward;
    this.#end = startInlineThread(load, {
      createModule,
      nextMacrotask,
      makeChannel({ take, unread }) {
        const key = Math.random();
        port1.onmessage = ({ data }) => take(data);
        port1.onmessageerror = unread;
        return {
          key,
          greet: (version) => port1.postMessage({ type: 'atelier:hello', version, key }),
          post: (envelope, transfer) => port1.postMessage(envelope, { transfer }),
        };
      },
      failed: (error) => this.dispatchEvent(new ErrorEvent('error', { error })),
    });
  }

  /**
   * @param {unknown} envelope the runtime's: it takes nothing else
   * @param {Transferable[]} transfer
   */
  postMessage(envelope, transfer) {
    this.#ports.port2.postMessage(envelope, transfer);
  }

  terminate() {
    this.#end();
    this.#ports.port1.close();
  }
}

/**
 * Makes a worker that runs in this thread, for unit tests. Mocks, aliases and fake timers work in its
 * module, and calls behave as on a real worker. All workers of one module share its state, unless the
 * test runner resets its modules. In a thread that imports this module, `timeoutMs` follows the test's
 * clock.
 * @example
 * ```js
 * const task = runtime.defineTask({
 *   type: 'parallel',
 *   worker: () => inlineWorker(() => import('./x.worker.js')),
 * });
 * ```
 * @param {() => Promise<object>} load imports the worker's module, which calls `expose()`
 * @returns {import('./types.js').WorkerLike} a worker for the task's `worker()` to return
 * @throws {TypeError} when `load` is no function
 */
export const inlineWorker = (load) => new InlineWorker(load);
