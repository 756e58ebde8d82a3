import { methodsOf } from './methods.js';
import { watchScript } from './script-watch.js';
import { makeServe } from './serve.js';

/**
 * What `expose()` needs of a worker.
 * @typedef {object} ScriptScope
 * @property {() => string | undefined} scriptUrl where the worker's script is, if it is a module
 * @property {() => void} tellUnexposed tells the owner that the script has ended without expose()
 * @typedef {import('./serve.js').CallScope & ScriptScope} WorkerScope
 */

/**
 * Tells all copies of the package in a worker that expose() was called. While the module of an inline
 * worker is imported, it is the function that takes its handlers (testing/import-handlers.js).
 */
export const EXPOSED = Symbol.for('atelier:exposed');

/** @typedef {{ handlers: object, methods: string[] }} Exposed */

export const realm =
  /** @type {{ [EXPOSED]?: boolean | ((exposed: Exposed) => void) | undefined }} */ (globalThis);

/** @returns {Error} */
export const exposedTwice = () =>
  new Error('expose() was called twice: pass all handlers of the worker in one object.');

/**
 * Makes `expose` for one platform.
 * @param {(module: object) => Promise<unknown>} createModule
 * @param {WorkerScope | undefined} scope none if this is no worker
 */
export function makeExpose(createModule, scope) {
  let warned = false;
  const serve = scope && makeServe(createModule, scope);
  const watch =
    scope &&
    watchScript(scope.scriptUrl, () => {
      if (!realm[EXPOSED]) scope.tellUnexposed();
    });

  /**
   * Makes handlers callable from the main thread, as the methods of the task that this worker was
   * made for. Call it once, at the top level of the worker's script. Where there is no worker, it does
   * nothing but warn.
   * @template {Record<string, any>} T
   * @param {T} handlers functions by name, or an instance: the methods of its class, and its fields that
   *   are functions. Sync, async or generators; each gets the call's arguments
   * @returns {void}
   * @throws {TypeError} if there is something in `handlers` that cannot be exposed; {Error} if called
   *   twice
   */
  return function expose(handlers) {
    const methods = methodsOf(handlers);
    const exposed = realm[EXPOSED];
    if (typeof exposed === 'function') exposed({ handlers, methods });
    else if (!serve) {
      if (!warned) console.warn('expose() does nothing here: this thread is no dedicated worker.');
      warned = true;
    } else {
      if (exposed) throw exposedTwice();
      realm[EXPOSED] = true;
      clearTimeout(watch);
      serve(handlers, methods);
    }
  };
}
