import { expose } from 'atelier-wasm/worker';

let count = 0;

expose({
  increment: () => ++count,
  close() {
    self.close();
    return new Promise(() => {});
  },
  never(/** @type {import('atelier-wasm/worker').TaskContext} */ ctx) {
    ctx.progress('begun');
    return new Promise(() => {});
  },
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
