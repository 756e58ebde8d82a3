/**
 * @file What the traces cost a dispatch on the main thread: with none open, in one for certain, and
 * where the engine has to be asked for the frames that the running code is in.
 *
 * Calls whose signal has fired settle within the call, so nothing of a worker's is in it, and none has
 * a span. Who hears of the rejection reads the promise's `then`, which looks for the trace once more.
 */
import { createTaskRuntime } from 'atelier-wasm';

import { postStep } from './post-results.js';

const CALLS_A_ROUND = 500;
const ROUNDS = 41;

const signal = AbortSignal.abort();
const worker = () => {
  throw new Error('no call gets so far');
};

const turn = () => new Promise((resolve) => setTimeout(resolve));

/**
 * @param {number} rounds at most
 * @returns {Promise<import('./measure.js').Row[]>}
 */
export async function measureTraces(rounds) {
  const runtime = await createTaskRuntime({ spans: false });
  const task = /** @type {any} */ (
    runtime.defineTask({ type: 'parallel', worker, poolSize: 1 })
  ).with({ signal });
  const time = () => {
    const startMs = performance.now();
    for (let i = 0; i < CALLS_A_ROUND; i++) task.noop().catch(() => {});
    return ((performance.now() - startMs) * 1000) / CALLS_A_ROUND;
  };
  /** @type {(left: number) => Promise<number>} */
  const deep = async (left) => {
    if (left > 0) return await deep(left - 1);
    await turn();
    return time();
  };
  /** @type {Record<string, () => Promise<number>>} */
  const ways = {
    'no trace is open': async () => time(),
    'in the synchronous part of a trace': () => runtime.trace(() => time()),
    'in a trace, after a timer': () =>
      runtime.trace(async () => {
        await turn();
        return time();
      }),
    'in a trace, after a timer, 10 functions deep': () => runtime.trace(() => deep(10)),
    'outside, while a trace is under way': async () => {
      /** @type {(value?: unknown) => void} */
      let end = () => {};
      const trace = runtime.trace(() => new Promise((resolve) => (end = resolve)));
      await turn();
      const us = time();
      end();
      await trace;
      return us;
    },
  };
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = -3; round < Math.min(rounds, ROUNDS); round++) {
    await postStep(`a dispatch and traces: round ${round + 1}`);
    for (const way of Object.keys(ways).sort(() => Math.random() - 0.5)) {
      const us = await ways[way]();
      await turn();
      if (round >= 0) samples[way].push(us);
    }
  }
  await runtime.dispose();
  const none = { spans: false, busy: {}, fewer: {} };
  const title = 'a dispatch without a span, and its catch()';
  return [{ part: 'trace', title, unit: 'µs', ways: true, samples, ...none }];
}
