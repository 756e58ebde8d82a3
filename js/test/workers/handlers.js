/** Handlers of the kinds that users write; also served to the browser tests. */
import { expose, withContext } from 'atelier-wasm/worker';

let count = 0;

class AppError extends Error {
  name = 'AppError';
  code = 42;
  details = { field: 'width' };
  callback = () => {};
}

const handlers = {
  add: (/** @type {number} */ a, /** @type {number} */ b) => a + b,
  echo: (/** @type {any} */ value) => value,
  async later(/** @type {any} */ value, /** @type {number} */ ms) {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return value;
  },
  /** Busy for so long; returns when it ran, on the clock that all threads share. */
  busy(/** @type {number} */ ms) {
    const start = performance.now();
    while (performance.now() - start < ms);
    return { ms: performance.now() - start };
  },
  increment: () => ++count,
  *count(/** @type {number} */ to) {
    for (let i = 0; i < to; i++) yield i;
  },
  *countAndFail(/** @type {number} */ to) {
    yield* handlers.count(to);
    throw new RangeError('too wide');
  },
  keys: () => Object.keys(handlers),
  argumentCount: (/** @type {any[]} */ ...args) => args.length,
  bufferOf: (/** @type {number} */ bytes) => new Uint8Array(bytes).fill(7),
  byteLength: (/** @type {Uint8Array} */ bytes) => bytes.byteLength,
  context: withContext((ctx) => ({
    callId: ctx.callId,
    spanId: ctx.spanId,
    traceId: ctx.traceId,
    aborted: ctx.aborted,
    signal: ctx.signal instanceof AbortSignal,
  })),
  fail() {
    throw new RangeError('too wide', { cause: new Error('the cause') });
  },
  async failLater() {
    await null;
    throw new AppError('no such picture');
  },
  throwValue: (/** @type {any} */ value) => {
    throw value;
  },
  /** Throws an error of a class that not every engine has. */
  throwNew(/** @type {'QuotaExceededError' | 'SuppressedError'} */ name) {
    const { QuotaExceededError, SuppressedError } = /** @type {any} */ (globalThis);
    if (name === 'SuppressedError') throw new SuppressedError(new RangeError('one'), 'two', 'm');
    throw new QuotaExceededError('m', { quota: 5, requested: 9 });
  },
  throwFunction() {
    throw () => {};
  },
  returnFunction: () => () => {},
  returnProxy: () => [new Proxy({}, {})],
  reportFunction: withContext((ctx) => ctx.progress(() => {})),
  /** Loops until it is cancelled, without ever yielding; says so through `flag`. */
  spin: withContext((ctx, /** @type {SharedArrayBuffer} */ flag) => {
    const seen = new Int32Array(flag);
    Atomics.store(seen, 0, 1);
    Atomics.notify(seen, 0);
    while (!ctx.aborted);
    Atomics.store(seen, 0, 2);
    Atomics.notify(seen, 0);
    ctx.throwIfAborted();
  }),
  /** Waits for the signal; says through `flag` when it has fired, and once the call has ended. */
  untilAborted: withContext(
    (ctx, /** @type {SharedArrayBuffer} */ flag) =>
      new Promise((resolve, reject) => {
        const seen = new Int32Array(flag);
        ctx.signal.addEventListener('abort', () => {
          Atomics.store(seen, 0, 2);
          Atomics.notify(seen, 0);
          reject(ctx.signal.reason);
          setTimeout(() => Atomics.store(seen, 0, 3));
        });
        Atomics.store(seen, 0, 1);
        Atomics.notify(seen, 0);
      })
  ),
  /** Waits for the signal, however late it is asked for. */
  heed: withContext(
    ({ signal }) =>
      new Promise((resolve, reject) => {
        const end = () => reject(signal.reason);
        if (signal.aborted) end();
        else signal.addEventListener('abort', end);
      })
  ),
  /** Keeps its worker until the flag is set; reports that it has begun. */
  hold: withContext((ctx, /** @type {SharedArrayBuffer} */ flag) => {
    ctx.progress('begun');
    Atomics.wait(new Int32Array(flag), 0, 0);
  }),
  steps: withContext((ctx, /** @type {number} */ count) => {
    for (let i = 0; i < count; i++) ctx.progress(i);
    return 'done';
  }),
  throwOutside() {
    setTimeout(() => {
      throw new Error('outside of any handler');
    });
    return new Promise(() => {});
  },
  /** Never yields again, whatever is asked of it. */
  hang() {
    for (;;);
  },
  /** Allocates until there is no memory. */
  allocate() {
    for (const all = []; ;) all.push(new Array(1000).fill(all.length));
  },
  /** Ends its worker, and never its call. */
  end() {
    if ('process' in globalThis) process.exit(3);
    else self.close();
    return new Promise(() => {});
  },
};

expose(handlers);
