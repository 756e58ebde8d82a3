import { expose, withContext } from 'atelier-wasm/worker';

expose({
  /** Loops until it is cancelled, without ever yielding. */
  loop: withContext((ctx, /** @type {Int32Array} */ stage) => {
    Atomics.store(stage, 0, 1);
    while (!ctx.aborted);
    Atomics.store(stage, 0, 2);
  }),

  /** Waits for the signal. */
  wait: withContext(
    (ctx, /** @type {Int32Array} */ stage) =>
      new Promise((resolve) => {
        ctx.signal.addEventListener('abort', () => {
          Atomics.store(stage, 0, 2);
          resolve(undefined);
        });
        Atomics.store(stage, 0, 1);
      })
  ),
});
