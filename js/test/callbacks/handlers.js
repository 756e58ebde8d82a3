/** Handlers that call what their caller gave them; also served to the browser tests. */
import { expose, withContext } from 'atelier-wasm/worker';

import { describe } from './describe.js';

/** @typedef {(...args: any[]) => Promise<any>} Callback */

/** @type {Callback | undefined} */
let kept;
/** @type {unknown[]} */
let seen = [];

const note = (/** @type {Promise<unknown>} */ promise) =>
  void promise.then(
    (value) => seen.push(value),
    (error) => seen.push(`${error instanceof DOMException} ${error.name}`)
  );

expose({
  call: (/** @type {Callback} */ fn, /** @type {any[]} */ ...args) => fn(...args),
  /** What its argument is made of, with what each callback in it returns. */
  describe: (/** @type {any} */ value) => describe(value, (/** @type {Callback} */ fn) => fn()),
  typed: (/** @type {any} */ value) => [typeof value, value?.name, value?.length],
  same: (/** @type {Callback} */ a, /** @type {Callback} */ b) => a === b,
  async each(/** @type {Callback} */ fn, /** @type {number} */ count) {
    return Promise.all(Array.from({ length: count }, (_, i) => fn(i)));
  },
  /** Ends before its callback has an answer. */
  floats(/** @type {Callback} */ fn) {
    note(fn('called'));
    return 'ended';
  },
  async keeps(/** @type {Callback} */ fn) {
    kept = fn;
    return fn();
  },
  async useKept() {
    note(/** @type {Callback} */ (kept)());
    kept?.(); // nobody hears, and the worker lives on
    await null;
  },
  waits: withContext((ctx, /** @type {Callback} */ fn) => {
    note(fn('first'));
    return new Promise((resolve) => {
      const end = () => {
        note(fn('second'));
        resolve(undefined);
      };
      ctx.signal.addEventListener('abort', end);
    });
  }),
  /** Calls when it is cancelled, which it is told by shared memory alone. */
  spins: withContext(async (ctx, /** @type {Callback} */ fn) => {
    ctx.progress('begun');
    while (!ctx.aborted);
    await fn();
  }),
  /** What the callbacks of earlier calls have given, and forgets it. */
  seen() {
    const all = seen;
    seen = [];
    return all;
  },
  async *items(/** @type {Callback} */ fn, /** @type {number} */ count) {
    for (let i = 0; i < count; i++) yield await fn(i);
    kept = fn;
  },
  async lengthAfter(/** @type {Callback} */ fn) {
    const bytes = new Uint8Array([1, 2, 3]);
    await fn(bytes, { bytes });
    return bytes.byteLength;
  },
  async fails(/** @type {Callback} */ fn) {
    await fn();
  },
  async catches(/** @type {Callback} */ fn, /** @type {any[]} */ ...args) {
    const error = await fn(...args).catch((/** @type {any} */ reason) => reason);
    const { name, message, code } = error;
    return { name, message, code, cause: error.cause?.message };
  },
  sendsFunction: (/** @type {Callback} */ fn) => fn(() => {}),
  sendsUnreadable(/** @type {Callback} */ fn) {
    const error = new Error('a loop');
    error.cause = error;
    return fn({ error });
  },
  returns: (/** @type {Callback} */ fn) => fn,
  /** Crashes its worker as long as the callback says so. */
  async crashesIf(/** @type {Callback} */ fn) {
    const mine = fn();
    if (await mine) {
      if ('process' in globalThis) process.exit(3);
      else self.close();
      await new Promise(() => {});
    }
    return 'done';
  },
});
