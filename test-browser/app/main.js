/**
 * @file An app as a user would write it, with what the specs need within their reach. It is built
 * for production, outside of the repository, on the packed package.
 */
import * as atelier from 'atelier-wasm';
// @ts-ignore Vite's
import messagesWasm from 'atelier-wasm/atelier.messages.wasm?url';
// @ts-ignore
import sharedMemoryWasm from 'atelier-wasm/atelier.wasm?url';
import * as compat from 'atelier-wasm/compat';

// @ts-ignore build-app.js copies them from js/test
import { runCallbackPrograms } from './callbacks/run.js';
// @ts-ignore
import { runChaos } from './chaos/scenario.js';
// @ts-ignore
import { runPrograms } from './programs/scenario.js';
// @ts-ignore
import { runFuzz } from './fuzz/run.js';
// @ts-ignore
import { ROWS, runRows } from './trace-programs/rows.js';
// @ts-ignore
import { runTracePrograms } from './trace-programs/run.js';
// @ts-ignore
import { runTraces } from './traces/scenario.js';
// @ts-ignore Vite's
import handlersUrl from './handlers.worker.js?worker&url';
// @ts-ignore
import * as values from './values/compare.js';

const workers = {
  handlers: () => new Worker(new URL('./handlers.worker.js', import.meta.url), { type: 'module' }),
  callbacks: () =>
    new Worker(new URL('./callbacks/handlers.js', import.meta.url), { type: 'module' }),
  callbackPrograms: () =>
    new Worker(new URL('./callbacks/worker.js', import.meta.url), { type: 'module' }),
  cancellation: () =>
    new Worker(new URL('./cancellation.worker.js', import.meta.url), { type: 'module' }),
  counter: () => new Worker(new URL('./counter.worker.js', import.meta.url), { type: 'module' }),
  streams: () => new Worker(new URL('./streams.worker.js', import.meta.url), { type: 'module' }),
  programs: () => new Worker(new URL('./programs/worker.js', import.meta.url), { type: 'module' }),
  tracePrograms: () =>
    new Worker(new URL('./trace-programs/worker.js', import.meta.url), { type: 'module' }),
  values: () => new Worker(new URL('./values/worker.js', import.meta.url), { type: 'module' }),
  fuzz: () => new Worker(new URL('./fuzz/worker.js', import.meta.url), { type: 'module' }),
  throws: () => new Worker(new URL('./throws.worker.js', import.meta.url), { type: 'module' }),
  trusted: () => new Worker(trustedUrl(handlersUrl), { type: 'module' }),
  clock: () => new Worker(new URL('./clock.worker.js', import.meta.url), { type: 'module' }),
  talks: () => new Worker(new URL('./talks.worker.js', import.meta.url), { type: 'module' }),
  classic: () => new Worker(URL.createObjectURL(new Blob(['import "./x.js"']))),
  missing: () => new Worker('/no-such-worker.js', { type: 'module' }),
};

/**
 * A worker's address for a page that enforces Trusted Types, by the app's own policy.
 * @param {string} url
 */
function trustedUrl(url) {
  const { trustedTypes } = /** @type {any} */ (globalThis);
  policy ??= trustedTypes.createPolicy('app', { createScriptURL: (/** @type {string} */ u) => u });
  return policy.createScriptURL(url);
}
/** @type {any} */
let policy;

/**
 * What a promise rejects with, as far as it can be passed on to a spec.
 * @param {Promise<unknown>} promise
 */
async function rejection(promise) {
  try {
    return { resolved: await promise };
  } catch (thrown) {
    const error = /** @type {any} */ (thrown);
    const { name, message, code, stack, cause, taskId, workerIndex } = error;
    return { name, message, code, stack, cause: cause && String(cause), taskId, workerIndex };
  }
}

const ours = (/** @type {string} */ type) =>
  /** @type {PerformanceMeasure[]} */ (performance.getEntriesByType(type))
    .filter(({ name }) => name.startsWith('atelier:'))
    .map(({ name, entryType, startTime, duration, detail }) => ({
      name,
      entryType,
      startTime,
      duration,
      detail,
    }));

/**
 * Observes our entries until `count` have come, and for one idle turn more.
 * @param {PerformanceObserverInit} init
 */
function observe(init) {
  /** @type {object[]} */
  const seen = [];
  const observer = new PerformanceObserver((list) => {
    for (const {
      name,
      entryType,
      startTime,
      duration,
      detail,
    } of /** @type {PerformanceMeasure[]} */ (list.getEntries())) {
      if (name.startsWith('atelier:')) seen.push({ name, entryType, startTime, duration, detail });
    }
  });
  observer.observe(init);
  return {
    seen,
    async collected(/** @type {number} */ count) {
      while (seen.length < count) await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => (globalThis.requestIdleCallback ?? setTimeout)(resolve));
      return seen;
    },
  };
}

Object.assign(globalThis, {
  atelier,
  compat,
  loadTesting: () => import('atelier-wasm/testing'),
  // @ts-ignore build-app.js copies it from js/test
  loadHandlers: () => import('./handlers.worker.js'),
  workers,
  wasmUrls: { 'shared-memory': sharedMemoryWasm, messages: messagesWasm },
  rejection,
  ours,
  observe,
  values,
  runCallbackPrograms,
  runChaos,
  runPrograms,
  runFuzz,
  runTracePrograms,
  runTraceRows: (/** @type {any} */ platform) => runRows(platform, ROWS),
  runTraces,
});
document.documentElement.dataset.ready = '';
