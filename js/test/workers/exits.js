import { expose } from 'atelier-wasm/worker';

expose({
  exit: () => process.exit(3),
  /** Exits the first time, and returns its argument the second. */
  exitOnce(/** @type {SharedArrayBuffer} */ flag, /** @type {unknown} */ value) {
    if (Atomics.add(new Int32Array(flag), 0, 1) === 0) process.exit(3);
    return value;
  },
  ok: () => 'ok',
});
