import { expose } from 'atelier-wasm/worker';

let count = 0;

expose({
  increment: () => ++count,
  close() {
    self.close();
    return new Promise(() => {});
  },
  never(/** @type {SharedArrayBuffer} */ begun) {
    Atomics.store(new Int32Array(begun), 0, 1);
    Atomics.notify(new Int32Array(begun), 0);
    return new Promise(() => {});
  },
  throwOutside() {
    setTimeout(() => {
      throw new Error('outside of any handler');
    });
    return new Promise(() => {});
  },
});
