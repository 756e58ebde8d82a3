/** Handlers that send what their caller cannot read, in Node 20: an error that is its own cause. */
import { expose, withContext } from 'atelier-wasm/worker';

function unreadable() {
  const error = new Error('a loop');
  error.cause = error;
  return { error };
}

expose({
  take: (/** @type {any} */ value) => typeof value,
  result: unreadable,
  throws() {
    // Cloned by itself it is refused: this one gets through, since only a part of it is read so.
    throw unreadable();
  },
  progress: withContext(async (ctx) => {
    ctx.progress(1);
    ctx.progress(unreadable());
    ctx.progress(2);
    await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    return 'stopped';
  }),
  *items() {
    yield 1;
    yield unreadable();
    yield 3;
  },
  /** Waits for its caller, which waits for the item. */
  waits: withContext(async function* (ctx) {
    yield unreadable();
    await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
  }),
  slow: (/** @type {number} */ ms) =>
    new Promise((resolve) => setTimeout(() => resolve('slow'), ms)),
});
