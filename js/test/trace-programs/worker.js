/** The handlers of generated trace programs; also served to the browser tests. */
import { expose } from 'atelier-wasm/worker';

const pause = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

expose({
  now: () => 1,
  async later(/** @type {number} */ ms) {
    await pause(ms);
    return 2;
  },
  fail() {
    throw new RangeError('as the program wants it');
  },
  *items(/** @type {number} */ count) {
    for (let i = 0; i < count; i++) yield i;
  },
  async *itemsLater(/** @type {number} */ count) {
    for (let i = 0; i < count; i++) {
      await pause(1);
      yield i;
    }
  },
});
