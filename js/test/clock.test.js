/**
 * @file The times of spans against a clock that all threads share. By how much `queueWaitMs` is too
 * short is what passes between the moment at which a worker takes a call up, and its handler's first
 * line: the engine decodes the arguments and, the first time, compiles the handler.
 */
import { Worker } from 'node:worker_threads';

import { afterEach, expect, test } from '@jest/globals';

import { disposeAll, makeTask, ours, worker } from './support.js';

afterEach(disposeAll);

/** What to add to the shared clock, in ms, to have this thread's `performance.now()`. */
function offsetMs() {
  const offsets = Array.from({ length: 20 }, () => {
    const beforeMs = performance.now();
    return beforeMs - Number(process.hrtime.bigint()) / 1e6;
  });
  return Math.max(...offsets); // the one that took least time in between
}

/** Whether `process.hrtime` is one clock for all threads: on Deno and Bun each has its own. */
const isOneClock = await new Promise((resolve, reject) => {
  const before = process.hrtime.bigint();
  const code = `require('node:worker_threads').parentPort.postMessage(process.hrtime.bigint())`;
  const thread = new Worker(code, { eval: true });
  thread.once('error', reject);
  thread.once('message', (/** @type {bigint} */ during) =>
    resolve(before <= during && during <= process.hrtime.bigint())
  );
});
const testClock = isOneClock ? test : test.skip;

testClock('queueWaitMs ends when a worker has taken the call up', async () => {
  const { runtime, task } = await makeTask({ worker: worker('clock.js'), poolSize: 1 });
  const offset = offsetMs();
  const errors = [];
  for (let call = 0; call < 1000; call++) {
    const beganMs = Number(await task.beganAt()) / 1e6 + offset;
    const [{ startTime, detail }] = ours('measure');
    errors.push(beganMs - startTime - detail.queueWaitMs);
    runtime.clearMeasures();
  }
  const first = errors[0];
  const sorted = errors.toSorted((a, b) => a - b);
  const [least, median, p95] = [0, 0.5, 0.95].map((share) => sorted[share * sorted.length]);
  if (process.env.CLOCK) process.stdout.write(`${JSON.stringify({ first, median, p95, least })}\n`);
  expect(least).toBeGreaterThan(-0.05); // it never ends after the handler has begun
  expect(median).toBeLessThan(0.2);
});
