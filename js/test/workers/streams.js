/** Handlers that are generators; also served to the browser tests. */
import { expose, withContext } from 'atelier-wasm/worker';

/** Sets the flag, for whoever watches it. */
const tell = (/** @type {SharedArrayBuffer} */ flag, /** @type {number} */ value) => {
  Atomics.store(new Int32Array(flag), 0, value);
  Atomics.notify(new Int32Array(flag), 0);
};

const failToClose = () => {
  throw new RangeError('not closed');
};

expose({
  *count(/** @type {number} */ to) {
    for (let i = 0; i < to; i++) yield i;
    return 'end';
  },
  async *countLater(/** @type {number} */ to) {
    for (let i = 0; i < to; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      yield i;
    }
  },
  async promised(/** @type {number} */ to) {
    return this.count(to);
  },
  *promises() {
    yield Promise.resolve(1);
    yield Promise.reject(new RangeError('no second'));
  },
  *failsAfter(/** @type {number} */ count) {
    for (let i = 0; i < count; i++) yield i;
    throw new RangeError('no more');
  },
  *refused() {
    yield 1;
    yield () => {};
  },
  *exitsAfter(/** @type {number} */ count) {
    for (let i = 0; i < count; i++) yield i;
    process.exit(3);
  },
  /** Counts its items in the flag, for ever; sets it to -1 when it is over. */
  *produce(/** @type {SharedArrayBuffer} */ flag) {
    try {
      for (let i = 1; ; i++) {
        tell(flag, i);
        yield i;
      }
    } finally {
      tell(flag, -1);
    }
  },
  /** Gives an item, and fails when its caller has stopped. */
  *failsToEnd() {
    try {
      for (;;) yield 1;
    } finally {
      failToClose();
    }
  },
  failsToEndLater: withContext(async function* (ctx) {
    try {
      yield 1;
      await new Promise((_, reject) =>
        ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))
      );
    } finally {
      await undefined;
      failToClose();
    }
  }),
  throwsItsReason: withContext(async function* (ctx) {
    yield 1;
    await new Promise((_, reject) =>
      ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason))
    );
  }),
  /** Never comes to a second item. */
  async *stalls() {
    yield 1;
    await new Promise(() => {});
  },
  /** Never ends when its caller has stopped. */
  async *neverEnds(exits = false) {
    try {
      for (;;) yield 1;
    } finally {
      if (exits) process.exit(3);
      await new Promise(() => {});
    }
  },
  /** Ends when the flag says so. */
  async *endsLater(/** @type {SharedArrayBuffer} */ flag) {
    try {
      for (;;) yield 1;
    } finally {
      while (Atomics.load(new Int32Array(flag), 0) !== 1) {
        await new Promise((resolve) => setTimeout(resolve));
      }
      tell(flag, -1);
    }
  },
  buffers: withContext(function* (ctx, /** @type {number} */ count) {
    for (let i = 0; i < count; i++) {
      const bytes = new Uint8Array(1024).fill(i);
      yield bytes;
      ctx.progress(bytes.byteLength);
    }
  }),
  untilAborted: withContext(async function* (ctx, /** @type {SharedArrayBuffer} */ flag) {
    try {
      yield 1;
      await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    } finally {
      tell(flag, -1);
    }
  }),
  list: () => [1, 2, 3],
  add: (/** @type {number} */ a, /** @type {number} */ b) => a + b,
});
