/**
 * @file What a span costs after many earlier ones, in pages and in Node.
 *
 * Calls whose signal has fired settle within the call, so no worker is made. A span costs the
 * difference between such calls with spans and without.
 */
import { createTaskRuntime } from 'atelier-wasm';

import { handwritten } from './handwritten.js';

/**
 * @typedef {object} Row
 * @property {number} earlier spans before those that were measured
 * @property {number} us median µs a span
 * @property {number} kept measures in the timeline
 */

const BATCH = 200;
const BATCHES = 21;
const signal = AbortSignal.abort();

/** @type {Record<string, import('atelier-wasm').SpanOptions | false>} */
const SPANS = {
  'default settings': {},
  'marks: false': { marks: false },
  'retain: 0': { retain: 0 },
  'retain: 100': { retain: 100 },
  'retain: 300': { retain: 300 },
  'retain: 10000': { retain: 10_000 },
  'retain: Infinity': { retain: Infinity },
  'by hand, kept': false,
};

export const WAYS = Object.keys(SPANS);

/** @param {import('atelier-wasm').SpanOptions | boolean} spans */
async function makeCall(spans) {
  const runtime = await createTaskRuntime({ spans });
  const worker = () => {
    throw new Error('no call gets so far');
  };
  const config = { type: 'parallel', worker, taskId: 'noop', taskName: 'Noop', poolSize: 1 };
  const task = /** @type {any} */ (runtime.defineTask(/** @type {any} */ (config)));
  const cancelled = task.with({ signal });
  return () => void cancelled.noop().catch(() => {});
}

/** Lets rejections, observers and the like have their turn. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** @param {() => void} call */
function batchUs(call) {
  const startMs = performance.now();
  for (let i = 0; i < BATCH; i++) call();
  return ((performance.now() - startMs) * 1000) / BATCH;
}

/**
 * @param {() => void} bare
 * @param {() => void} call
 * @returns {Promise<number>} median µs that a call takes more than a bare one, in turns
 */
async function spanUs(bare, call) {
  /** @type {number[]} */
  const plain = [];
  /** @type {number[]} */
  const spanned = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    plain.push(batchUs(bare));
    await turn();
    spanned.push(batchUs(call));
    await turn();
  }
  return median(spanned) - median(plain);
}

/**
 * @param {string} way one of WAYS
 * @param {number[]} marks after how many spans to measure
 * @returns {Promise<{ rows: Row[], made: number, observed: number }>} `observed` by an observer that
 *   was there all the time
 */
export async function measureGrowth(way, marks) {
  let observed = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { name } of list.getEntries()) if (name.startsWith('atelier:span:')) observed += 1;
  });
  observer.observe({ type: 'measure' });

  const spans = SPANS[way];
  const bare = await makeCall(false);
  const spanned = spans ? await makeCall(spans) : () => (bare(), handwritten(signal.reason));
  let made = 0;
  const call = () => {
    made += 1;
    spanned();
  };
  for (let warmUp = 0; warmUp < 4; warmUp++) await spanUs(bare, call);
  const before = made;
  const rows = [];
  for (const earlier of marks) {
    while (made - before < earlier) {
      for (let i = 0; i < 1000 && made - before < earlier; i++) call();
      await turn();
    }
    rows.push({
      earlier,
      us: await spanUs(bare, call),
      kept: performance.getEntriesByType('measure').length,
    });
  }
  while (observed < made) await turn();
  observer.disconnect();
  return { rows, made, observed };
}
