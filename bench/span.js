/**
 * @file What one span costs the main thread, at default settings on an empty timeline and after
 * 100,000 earlier ones, beside the same five calls by hand on an empty timeline.
 *
 * Calls whose signal has fired settle within the call, so the span's whole life is in it and
 * nothing of a worker's is. A span costs the difference between such calls with spans and without.
 */
import { createTaskRuntime } from 'atelier-wasm';

import { handwritten } from './handwritten.js';
import { postStep } from './post-results.js';

const CALLS_A_ROUND = 500;
const EARLIER = 100_000;
const RETAINED = 1000;
const ROUNDS = 41;

const signal = AbortSignal.abort();
const worker = () => {
  throw new Error('no call gets so far');
};

/** @param {import('atelier-wasm').SpanOptions | boolean} spans */
async function makeCall(spans) {
  const runtime = await createTaskRuntime({ spans });
  const names = { taskId: 'noop', taskName: 'Noop' };
  const task = /** @type {any} */ (
    runtime.defineTask({ type: 'parallel', worker, poolSize: 1, ...names })
  ).with({ signal });
  return {
    call: () => void task.noop().catch(() => {}),
    clear: () => runtime.clearMeasures(),
  };
}

/** Lets rejections, observers and the like have their turn. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

/**
 * @param {number} calls
 * @param {() => void} call
 */
async function repeat(calls, call) {
  for (let done = 0; done < calls; done++) {
    call();
    if (done % 1000 === 999) await turn();
  }
}

/**
 * @param {number} rounds at most
 * @returns {Promise<import('./measure.js').Row[]>}
 */
export async function measureSpans(rounds) {
  const off = await makeCall(false);
  const on = await makeCall(true);
  const keeping = await makeCall({ retain: Infinity });
  const noMarks = await makeCall({ marks: false });
  const old = await makeCall(true);
  const byHand = () => {
    off.call();
    handwritten(signal.reason);
  };
  await postStep('a span: 100,000 earlier ones');
  await repeat(EARLIER, old.call);
  /** @type {Record<string, { call: () => void, before?: () => Promise<void> }>} */
  const ways = {
    none: off,
    'default, first': on,
    'default, after 100,000': { ...old, before: () => repeat(RETAINED, old.call) },
    'retain: Infinity': keeping,
    'marks: false': noMarks,
    'by hand': { call: byHand },
  };
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = -3; round < Math.min(rounds, ROUNDS); round++) {
    await postStep(`a span: round ${round + 1}`);
    /** @type {Record<string, number>} */
    const us = {};
    for (const way of Object.keys(ways).sort(() => Math.random() - 0.5)) {
      for (const { clear } of [on, keeping, noMarks, old]) clear();
      performance.clearMeasures();
      await ways[way].before?.();
      await turn();
      const startMs = performance.now();
      for (let i = 0; i < CALLS_A_ROUND; i++) ways[way].call();
      us[way] = ((performance.now() - startMs) * 1000) / CALLS_A_ROUND;
    }
    if (round < 0) continue;
    for (const way of Object.keys(ways)) {
      samples[way].push(us[way] - (way === 'none' ? 0 : us.none));
    }
  }
  const none = { spans: true, busy: {}, fewer: {} };
  const title = 'a span; none: a call without one';
  return [{ part: 'span', title, unit: 'µs', ways: true, base: 'by hand', samples, ...none }];
}
