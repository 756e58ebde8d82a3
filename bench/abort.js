/**
 * @file How soon a handler sees that its call was aborted: from just before `abort()` on the main
 * thread until the handler has written so to shared memory, for which the main thread spins. So both
 * times are of one clock, and nothing but the handler's own way is in between.
 */
import { createTaskRuntime } from 'atelier-wasm';

import { postStep } from './post-results.js';

const SAMPLES = 300;
const WARM_UP = 30;

const worker = () => new Worker(new URL('./abort.worker.js', import.meta.url), { type: 'module' });

/**
 * @param {any} task
 * @param {'loop' | 'wait'} method
 * @returns {Promise<number>} µs
 */
async function sample(task, method) {
  const stage = new Int32Array(new SharedArrayBuffer(4));
  const controller = new AbortController();
  const bound = task.with({ signal: controller.signal });
  const call = bound[method](stage).catch(() => {});
  while (Atomics.load(stage, 0) !== 1) await new Promise((resolve) => setTimeout(resolve));
  const startMs = performance.now();
  controller.abort();
  while (Atomics.load(stage, 0) !== 2);
  const us = (performance.now() - startMs) * 1000;
  await call;
  return us;
}

/** @returns {Promise<import('./measure.js').Row[]>} */
export async function measureAbort() {
  const runtime = await createTaskRuntime();
  const task = runtime.defineTask({ type: 'parallel', worker, poolSize: 1 });
  const ways = /** @type {const} */ ({
    'a loop reads ctx.aborted': 'loop',
    'the event of ctx.signal': 'wait',
  });
  /** @type {Record<string, number[]>} */
  const samples = {};
  for (const [way, method] of Object.entries(ways)) {
    await postStep(`an abort: ${way}`);
    samples[way] = [];
    for (let i = -WARM_UP; i < SAMPLES; i++) {
      const us = await sample(task, method);
      if (i >= 0) samples[way].push(us);
    }
  }
  await runtime.dispose();
  const title = 'from abort() until the handler has seen it';
  const none = { spans: true, busy: {}, fewer: {} };
  return [{ part: 'abort', title, unit: 'µs', ways: true, samples, ...none }];
}
