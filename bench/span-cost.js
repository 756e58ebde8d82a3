/**
 * @file What one span costs the main thread, beside the same five calls written by hand.
 *
 * Calls whose signal has fired settle within the call, so the span's whole life is in it and
 * nothing of a worker's is. A span costs the difference between such calls with spans and without.
 */
import { createTaskRuntime } from 'atelier-wasm';

import { handwritten } from './handwritten.js';

const CALLS_A_ROUND = 500;
const ROUNDS = 41;

const signal = AbortSignal.abort();
const worker = () => new Worker(new URL('./noop.worker.js', import.meta.url), { type: 'module' });

/** @param {import('atelier-wasm').SpanOptions | boolean} spans */
async function makeCall(spans) {
  const runtime = await createTaskRuntime({ spans });
  const task = /** @type {any} */ (
    runtime.defineTask({ type: 'parallel', worker, taskId: 'noop', taskName: 'Noop', poolSize: 1 })
  ).with({ signal });
  return {
    call: () => void task.noop().catch(() => {}),
    clear: () => runtime.clearMeasures(),
  };
}

/** @param {number[]} values */
function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/**
 * Measures all ways in turn, round by round, so that whatever disturbs one disturbs the others.
 * @returns {Promise<Record<string, number>>} median µs a call
 */
async function run() {
  const off = await makeCall(false);
  const on = await makeCall(true);
  const keeping = await makeCall({ retain: Infinity });
  const noMarks = await makeCall({ marks: false });
  const ways = /** @type {Record<string, { call: () => void, clear: () => void }>} */ ({
    'spans: false': off,
    'spans: true': on,
    'spans: { retain: Infinity }': keeping,
    'spans: { marks: false }': noMarks,
    'five calls by hand': {
      call() {
        off.call();
        handwritten(signal.reason);
      },
      clear: () => performance.clearMeasures(),
    },
  });
  /** @type {Record<string, number[]>} */
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -3; round < ROUNDS; round++) {
    for (const [name, { call, clear }] of Object.entries(ways)) {
      const startMs = performance.now();
      for (let i = 0; i < CALLS_A_ROUND; i++) call();
      const us = ((performance.now() - startMs) * 1000) / CALLS_A_ROUND;
      if (round >= 0) times[name].push(us);
      clear();
      performance.clearMeasures();
      await new Promise((resolve) => setTimeout(resolve)); // the rejections' microtasks
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

/** Resolves to the medians; read by run.mjs. */
Object.assign(globalThis, { results: run() });
