/**
 * Where a function has the handler that is in it; the same in every copy of the package in a bundle.
 */
const HANDLER = Symbol.for('atelier.handler');

/**
 * Asks for the context of each call: the handler gets it before the caller's arguments.
 *
 * Pass the result to `expose()`, as a function of the object or as a field of the instance. If the
 * handler is overloaded, its type has the last signature only. In TypeScript, annotate parameters with
 * a default value too, or they are `any`.
 * @example
 * ```js
 * expose({
 *   render: withContext(async (ctx, scene, size = 256) => {
 *     for (const part of scene.parts) {
 *       ctx.throwIfAborted();
 *       await draw(part, size);
 *       ctx.progress(part.index / scene.parts.length);
 *     }
 *   }),
 * });
 * ```
 * @template {any[]} A the caller's arguments
 * @template R what the handler returns
 * @template [P=unknown] what the handler passes to `ctx.progress()`
 * @param {(this: any, ctx: import('../types.js').TaskContext<P>, ...args: A) => R} handler sync, async
 *   or a generator
 * @returns {(...args: A) => R} the function to expose; the main thread calls it without the context
 * @throws {TypeError} when `handler` is no function. The returned function throws one when code other
 *   than the runtime calls it, because it has no context then
 */
export function withContext(handler) {
  if (typeof handler !== 'function') {
    throw new TypeError(`withContext() takes a function, but was given ${String(handler)}.`);
  }
  const exposed = () => {
    throw new TypeError(
      'What withContext() returns has no context unless a task calls it. Call the function that it ' +
        'was given, and pass a context on.'
    );
  };
  return Object.assign(exposed, { [HANDLER]: handler });
}

/**
 * Finds the handler that asked for a context.
 * @param {any} exposed
 * @returns {Function | undefined} undefined if it did not
 */
export const contextualHandlerOf = (exposed) => exposed[HANDLER];
