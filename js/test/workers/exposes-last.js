/** @file Calls `expose()` long after its script has run to its end. */
import { expose } from 'atelier-wasm/worker';

/** Sets the flag and waits until the caller has set it too. */
function meet(/** @type {SharedArrayBuffer} */ buffer) {
  const flag = new Int32Array(buffer);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
  Atomics.wait(flag, 0, 1);
  return 'met';
}

setTimeout(() => expose({ meet }), 2_000);
