import { expose } from 'atelier-wasm/worker';

/** @typedef {import('atelier-wasm/worker').TaskContext} Context */

expose({
  /** Loops until it is cancelled, without ever yielding. */
  loop(/** @type {Int32Array} */ stage, /** @type {Context} */ ctx) {
    Atomics.store(stage, 0, 1);
    while (!ctx.aborted);
    Atomics.store(stage, 0, 2);
  },

  /** Waits for the signal. */
  wait: (/** @type {Int32Array} */ stage, /** @type {Context} */ ctx) =>
    new Promise((resolve) => {
      ctx.signal.addEventListener('abort', () => {
        Atomics.store(stage, 0, 2);
        resolve(undefined);
      });
      Atomics.store(stage, 0, 1);
    }),
});
