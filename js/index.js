/**
 * The page's side, for browsers; in Node the same.
 * @module atelier-wasm
 */
import { browser } from './platform/browser.js';
import { makeCreateTaskRuntime } from './runtime/runtime.js';

/**
 * Creates a runtime on this thread, which owns it: tasks are defined here, calls are made here, and
 * here their entries are in the performance timeline. Rejects with a TypeError for a bad option, a
 * NotIsolatedError if there is no shared memory but has to be, or an Error if the wasm cannot be
 * loaded.
 * @function
 * @type {(options?: import('./types.js').RuntimeOptions) => Promise<import('./types.js').TaskRuntime>}
 */
export const createTaskRuntime = makeCreateTaskRuntime(browser);
export { callback } from './callback.js';
export * from './errors.js';
export * from './parallel-limit.js';
export * from './types.js';
