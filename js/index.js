/**
 * The page's side, for browsers; in Node the same.
 * @module atelier-wasm
 */
import { browser } from './platform/browser.js';
import { makeCreateTaskRuntime } from './runtime/runtime.js';

/**
 * Creates a runtime on this thread, which owns it: you define tasks and make calls here, and here
 * their entries are in the performance timeline.
 * @example
 * ```js
 * const runtime = await createTaskRuntime({ spans: { retain: 100 } });
 * ```
 * @throws {TypeError} when an option is wrong
 * @throws {NotIsolatedError} when the page has no shared memory and `isolation` is `'required'`
 * @throws {Error} when the wasm cannot be loaded, or belongs to another version or mode
 * @function
 * @type {(options?: import('./types.js').RuntimeOptions) => Promise<import('./types.js').TaskRuntime>}
 */
export const createTaskRuntime = makeCreateTaskRuntime(browser);
export { callback } from './callback.js';
export * from './errors.js';
export { parallelLimit } from './parallel-limit.js';
export * from './types.js';
