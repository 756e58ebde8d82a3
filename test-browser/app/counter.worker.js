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
  throwOutside() {
    setTimeout(() => {
      throw new Error('outside of any handler');
    });
    return new Promise(() => {});
  },
});
