import { Worker } from 'node:worker_threads';

import { test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

/** How calls reach workers in this run: jest.config.js has both. */
export const MODE = /** @type {import('atelier-wasm').RuntimeMode} */ (
  /** @type {any} */ (globalThis).ATELIER_MODE
);

export const isDeno = 'deno' in process.versions;

/** For what only shared memory can do: by messages these tests are skipped. */
export const testShared = MODE === 'messages' ? test.skip : test;

/** @param {string} name a file in workers/ */
export const worker = (name) => () => new Worker(new URL(`./workers/${name}`, import.meta.url));

/** @type {import('atelier-wasm').TaskRuntime[]} */
const runtimes = [];

/** @param {import('atelier-wasm').RuntimeOptions} [options] */
export async function makeRuntime(options) {
  const runtime = await createTaskRuntime(options);
  runtimes.push(runtime);
  return runtime;
}

/**
 * A runtime with one task whose worker is workers/handlers.js.
 * @param {Partial<import('atelier-wasm').TaskConfig>} [config]
 * @param {import('atelier-wasm').RuntimeOptions} [options]
 */
export async function makeTask(config, options) {
  const runtime = await makeRuntime(options);
  /** @type {any} */
  const task = runtime.defineTask({
    type: 'parallel',
    worker: worker('handlers.js'),
    poolSize: 2,
    ...config,
  });
  return { runtime, task };
}

/** For afterEach: ends every worker, and leaves no measure behind for the next test. */
export async function disposeAll() {
  const disposed = runtimes.splice(0);
  await Promise.all(disposed.map((runtime) => runtime.dispose()));
  for (const runtime of disposed) runtime.clearMeasures();
}

/** What of the timeline is ours, in the order of the starts, which Deno's is not in. */
export const ours = (/** @type {string} */ type) =>
  /** @type {PerformanceMeasure[]} */ (
    performance
      .getEntriesByType(type)
      .filter(({ name }) => name.startsWith('atelier:'))
      .toSorted((one, other) => one.startTime - other.startTime)
  );

/** @returns {any[]} the details of our measures, in the order of their starts */
export const details = () => ours('measure').map((entry) => entry.detail);

/** Resolves to what a promise rejects with, whatever that is. */
export const rejection = (/** @type {Promise<unknown>} */ promise) =>
  promise.then(
    (value) => {
      throw new Error(`expected a rejection, but it resolved to ${value}`);
    },
    (error) => error
  );

/** A flag in shared memory, by which handlers and tests tell each other how far they are. */
export function makeFlag() {
  const buffer = new SharedArrayBuffer(4);
  const view = new Int32Array(buffer);
  return {
    buffer,
    /** Resolves once a handler has set the flag to `value`. */
    async reaches(/** @type {number} */ value) {
      for (;;) {
        const current = Atomics.load(view, 0);
        if (current >= value) return;
        await /** @type {any} */ (Atomics).waitAsync(view, 0, current, 20).value;
      }
    },
    isAt: (/** @type {number} */ value) => Atomics.load(view, 0) >= value,
    set(/** @type {number} */ value) {
      Atomics.store(view, 0, value);
      Atomics.notify(view, 0);
    },
  };
}
