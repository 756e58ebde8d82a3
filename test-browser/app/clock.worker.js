import { expose } from 'atelier-wasm/worker';

expose({
  beganAt: () => performance.now(),
  /** Writes this thread's clock to shared memory, as often as the owner asks for it there. */
  exchange(/** @type {SharedArrayBuffer} */ memory, /** @type {number} */ times) {
    const turn = new Int32Array(memory, 0, 1);
    const clockMs = new Float64Array(memory, 8, 1);
    for (let i = 0; i < times; i++) {
      while (Atomics.load(turn, 0) !== 2 * i + 1);
      clockMs[0] = performance.now();
      Atomics.store(turn, 0, 2 * i + 2);
    }
  },
});
