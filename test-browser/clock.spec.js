/**
 * @file The times of spans against a truth that goes through shared memory. Owner and worker exchange
 * their clocks there: what the worker reads lies between the owner's two readings around it.
 */
import { expect, test } from './fixtures.js';

test('queueWaitMs ends when a worker has taken the call up, by both clocks', async ({ app }) => {
  test.setTimeout(120_000);
  const { errors, uncertaintyMs } = await app.evaluate(async () => {
    const EXCHANGES = 2000;
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.clock });
    await task.beganAt();
    runtime.clearMeasures();

    const memory = new SharedArrayBuffer(16);
    const turn = new Int32Array(memory, 0, 1);
    const clockMs = new Float64Array(memory, 8, 1);
    const exchange = task.exchange(memory, EXCHANGES);
    await new Promise((resolve) => setTimeout(resolve)); // a worker that sleeps is woken by then
    let [lowest, highest] = [-Infinity, Infinity];
    for (let i = 0; i < EXCHANGES; i++) {
      const beforeMs = performance.now();
      Atomics.store(turn, 0, 2 * i + 1);
      while (Atomics.load(turn, 0) !== 2 * i + 2);
      lowest = Math.max(lowest, beforeMs - clockMs[0]);
      highest = Math.min(highest, performance.now() - clockMs[0]);
    }
    await exchange;
    runtime.clearMeasures();
    const offsetMs = (lowest + highest) / 2;

    const errors = [];
    for (let call = 0; call < 1000; call++) {
      const beganMs = await task.beganAt();
      const { startTime, detail } = ours('measure')[0];
      errors.push(beganMs + offsetMs - startTime - detail.queueWaitMs);
      runtime.clearMeasures();
    }
    await runtime.dispose();
    return { errors, uncertaintyMs: (highest - lowest) / 2 };
  });
  const sorted = [...errors].sort((a, b) => a - b);
  const median = sorted[500];
  if (process.env.CLOCK) {
    console.log(JSON.stringify({ first: errors[0], median, least: sorted[0], uncertaintyMs }));
  }
  const grainMs = 0.1 + uncertaintyMs;
  expect(sorted[0]).toBeGreaterThan(-grainMs);
  expect(median).toBeLessThan(0.2 + uncertaintyMs);
});
