/** Where a function has the handler that is in it; the same in every copy of the package in a bundle. */
const HANDLER = Symbol.for('atelier.handler');

/**
 * Asks for the context of each call: the handler gets it before the caller's arguments.
 *
 * The result is for `expose()`, as a function of the object or as a field of the instance. Its type has
 * the last signature of an overloaded handler. In TypeScript, annotate parameters with a default value
 * too: they are `any` otherwise.
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
 * @returns {(...args: A) => R} what the main thread calls, without the context
 * @throws {TypeError} when `handler` is no function. The function that it returns throws one when other
 *   code than the runtime calls it, which has no context for it
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
