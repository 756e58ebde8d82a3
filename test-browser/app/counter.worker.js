import { expose, withContext } from 'atelier-wasm/worker';

let count = 0;

expose({
  increment: () => ++count,
  echo: (/** @type {unknown} */ value) => value,
  /** Sets the flag, goes on for so long, whatever is asked of it, and has a text to return then. */
  linger(
    /** @type {SharedArrayBuffer} */ flag,
    /** @type {number} */ ms,
    /** @type {string} */ text
  ) {
    Atomics.store(new Int32Array(flag), 0, 1);
    for (const sinceMs = performance.now(); performance.now() - sinceMs < ms;);
    return text;
  },
  close() {
    self.close();
    return new Promise(() => {});
  },
  never: withContext((ctx) => {
    ctx.progress('begun');
    return new Promise(() => {});
  }),
  /** Asks by a message of its own, and returns the answer. */
  ask: () =>
    new Promise((resolve) => {
      self.addEventListener('message', ({ data }) => {
        if (data?.cmd === 'answer') resolve(data.text);
      });
      self.postMessage({ cmd: 'ask' });
    }),
  throwOutside() {
    setTimeout(() => {
      throw new Error('outside of any handler');
    });
    return new Promise(() => {});
  },
});
