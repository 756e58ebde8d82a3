import { quote } from './shared/check.js';

/** Where a callback has its function; the same in every copy of the package in a bundle. */
const CALLBACK = Symbol.for('atelier.callback');

/**
 * Makes a function of this thread callable by a handler: pass the result as an argument of a call, or
 * anywhere in one.
 *
 * In the worker it is a function that returns a promise of what `fn` returns. Arguments and results are
 * cloned, and nothing is transferred; what `fn` throws rejects the promise. It ends with its call: once the
 * handler has ended or the call is cancelled, the promise rejects with an AbortError. A handler
 * that waits for one keeps its place on the worker. What `fn` dispatches is in the call's trace, or in none.
 * @example
 * ```js
 * await image.render(scene, callback((done) => (bar.value = done)));
 * ```
 * @template {any[]} A the type of the arguments
 * @template R the type of the result
 * @param {(...args: A) => R} fn runs on this thread; may be async
 * @returns {(...args: A) => Promise<Awaited<R>>} what stands for it in the arguments
 * @throws {TypeError} when `fn` is no function
 */
export function callback(fn) {
  if (typeof fn !== 'function') {
    throw new TypeError(`callback() takes a function, but was given ${quote(fn)}.`);
  }
  const made = async (/** @type {A} */ ...args) => fn(...args);
  return /** @type {any} */ (Object.assign(made, { [CALLBACK]: fn }));
}

/**
 * Finds the function of a callback.
 * @param {any} value
 * @returns {((...args: any[]) => unknown) | undefined} undefined if it is none
 */
export const functionOf = (value) => (typeof value === 'function' ? value[CALLBACK] : undefined);
