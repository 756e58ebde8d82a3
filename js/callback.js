import { quote } from './shared/check.js';

/**
 * The property in which a callback keeps its function. It is the same in every copy of the package in a
 * bundle.
 */
const CALLBACK = Symbol.for('atelier.callback');

/**
 * Makes a function of this thread callable by a handler. Pass the result as an argument of a call, or
 * anywhere inside an argument.
 *
 * The handler gets a function that returns a promise of the result of `fn`. Arguments and results are
 * cloned, never transferred. If `fn` throws, the promise rejects with that error. A callback ends with
 * its call: once the handler has ended or the call is cancelled, the promise rejects with an
 * AbortError. A handler that waits for a callback keeps its place on the worker. Calls that `fn` makes
 * are in the call's trace, or in none.
 * @example
 * ```js
 * await image.render(scene, callback((done) => (bar.value = done)));
 * ```
 * @template {any[]} A the type of the arguments
 * @template R the type of the result
 * @param {(...args: A) => R} fn runs on this thread; may be async
 * @returns {(...args: A) => Promise<Awaited<R>>} the value to pass in the arguments
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
 * Returns the function of a callback.
 * @param {any} value
 * @returns {((...args: any[]) => unknown) | undefined} undefined if the value is no callback
 */
export const functionOf = (value) => (typeof value === 'function' ? value[CALLBACK] : undefined);
