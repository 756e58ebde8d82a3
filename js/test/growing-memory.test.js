/** @file Workers read what is in memory that has grown while they started. */
import { Worker } from 'node:worker_threads';

import { afterEach, expect, test } from '@jest/globals';

import { disposeAll, makeTask } from './support.js';

afterEach(disposeAll);

/** @type {import('atelier-wasm').DispatchOptions} */
const CLONING = { transfer: [], transferResult: false };

/** @param {() => void} connected is called when the runtime has given the worker its memory */
function makeWorker(connected) {
  const made = new Worker(new URL('./workers/handlers.js', import.meta.url));
  let { emit } = made;
  let left = 2; // the runtime takes it over for the worker's first word, and gives it back
  Object.defineProperty(made, 'emit', {
    get: () => emit,
    set: (value) => {
      emit = value;
      if (--left === 0) queueMicrotask(connected);
    },
  });
  return made;
}

// Each needs more memory than the one before.
test.each([1, 3, 6, 10])(
  'a worker reads and writes memory that has grown while it started: %d MiB',
  async (size) => {
    const value = new Uint8Array(1 << 20).fill(7);
    /** @type {Promise<PromiseSettledResult<Uint8Array>[]> | undefined} */
    let settled;
    const { task } = await makeTask({
      poolSize: 1,
      worker: () =>
        makeWorker(() => {
          const echo = () => task.with(CLONING).echo(value);
          settled = Promise.allSettled(Array.from({ length: size }, echo));
        }),
    });
    expect(await task.add(1, 2)).toBe(3);
    const echoes = (await settled) ?? [];
    expect(echoes).toHaveLength(size);
    for (const echo of echoes) {
      if (echo.status === 'rejected') throw echo.reason;
      expect(Buffer.compare(echo.value, value)).toBe(0);
    }
  }
);
