/** The handlers of programs of callbacks; also served to the browser tests. */
import { expose } from 'atelier-wasm/worker';

import { collect, play } from './play.js';

/** @typedef {import('./generate.js').HandlerStep} HandlerStep */

/**
 * Ends the worker, unless it did before.
 * @param {() => Promise<boolean>} isFirst
 */
async function crash(isFirst) {
  if (!(await isFirst())) return;
  if ('process' in globalThis) process.exit(3);
  else self.close();
  await new Promise(() => {});
}

expose({
  collect: (
    /** @type {HandlerStep[]} */ steps,
    /** @type {any} */ value,
    /** @type {Record<number, any>} */ callbacks,
    /** @type {() => Promise<boolean>} */ isFirst
  ) => collect(play(steps, value, callbacks, () => crash(isFirst))),
  async *stream(
    /** @type {HandlerStep[]} */ steps,
    /** @type {any} */ value,
    /** @type {Record<number, any>} */ callbacks,
    /** @type {() => Promise<boolean>} */ isFirst
  ) {
    yield* play(steps, value, callbacks, () => crash(isFirst));
  },
  inner: (/** @type {(x: any) => Promise<any>} */ fn, /** @type {any} */ x) => fn(x),
});
