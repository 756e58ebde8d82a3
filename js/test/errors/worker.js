/** @file Throws, and keeps what it is aborted with. */
import { expose, withContext } from 'atelier-wasm/worker';

import { thrown } from './thrown.js';

/** @type {Promise<unknown>} */
let reason;
/** @type {(value: unknown) => void} */
let setReason;

expose({
  add: (/** @type {number} */ a, /** @type {number} */ b) => a + b,
  throwIt(/** @type {string} */ name) {
    throw thrown[name]();
  },
  async throwLater(/** @type {string} */ name) {
    throw thrown[name]();
  },
  async *throwInStream(/** @type {string} */ name) {
    yield 1;
    throw thrown[name]();
  },
  /** Runs until it is aborted. */
  hold: withContext(async (context) => {
    reason = new Promise((resolve) => (setReason = resolve));
    const { signal } = context;
    context.progress('begun');
    await new Promise((resolve) => (signal.onabort = resolve));
    setReason(signal.reason);
  }),
  /** Throws what `hold` was aborted with. */
  async throwReason() {
    throw await reason;
  },
  throwLong(/** @type {number} */ length) {
    throw new Error('x'.repeat(length));
  },
  /** Throws what its own structuredClone lets pass, but no message takes. */
  throwUnpostable() {
    const { structuredClone } = globalThis;
    globalThis.structuredClone = (value) => value;
    setTimeout(() => (globalThis.structuredClone = structuredClone));
    throw { fn() {} };
  },
});
