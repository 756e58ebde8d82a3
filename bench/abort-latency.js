/**
 * @file How soon a handler sees that its call was aborted: from just before `abort()` on the main
 * thread until the handler has written so to shared memory, for which the main thread spins. So both
 * times are of one clock, and nothing but the handler's own way is in between.
 */
import { createTaskRuntime } from 'atelier-wasm';

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

/**
 * @param {number[]} values
 * @param {number} share
 */
const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * share)];

/** @returns {Promise<{ way: string, p5: number, median: number, p95: number }[]>} µs */
async function run() {
  const runtime = await createTaskRuntime();
  const task = runtime.defineTask({ type: 'parallel', worker, poolSize: 1 });
  const ways = /** @type {const} */ ({
    'a loop reads ctx.aborted': 'loop',
    'the event of ctx.signal': 'wait',
  });
  const rows = [];
  for (const [way, method] of Object.entries(ways)) {
    /** @type {number[]} */
    const times = [];
    for (let i = -WARM_UP; i < SAMPLES; i++) {
      const us = await sample(task, method);
      if (i >= 0) times.push(us);
    }
    const [p5, median, p95] = [0.05, 0.5, 0.95].map((share) => quantile(times, share));
    rows.push({ way, p5, median, p95 });
  }
  await runtime.dispose();
  return rows;
}

/** Resolves to the quantiles; read by run.mjs. */
Object.assign(globalThis, { results: run() });
