/** @file What a test runner puts in the place of the platform's functions holds nothing up. */
import { afterEach, expect, jest, test } from '@jest/globals';

import { disposeAll, makeTask, rejection } from './support.js';

afterEach(async () => {
  jest.useRealTimers();
  await disposeAll();
});

test('calls, streams, progress and traces settle under fake timers', async () => {
  jest.useFakeTimers();
  const { runtime, task } = await makeTask({ maxQueueDepth: 4 });
  expect(await task.echo('first')).toBe('first');
  const many = Array.from({ length: 200 }, (_, index) => task.echo(index));
  expect((await Promise.all(many)).at(-1)).toBe(199);
  expect(await task.echo(new Uint8Array(1_000_000))).toHaveLength(1_000_000);
  /** @type {unknown[]} */
  const reported = [];
  expect(await runtime.trace('traced', () => task.echo('in a trace'))).toBe('in a trace');
  const streamed = [];
  for await (const item of task.with({ onProgress: reported.push.bind(reported) }).count(20)) {
    streamed.push(item);
  }
  expect(streamed).toHaveLength(20);
  await runtime.drain();
});

test('a crashed worker is replaced under fake timers', async () => {
  jest.useFakeTimers();
  const { task } = await makeTask({ poolSize: 1 });
  for (let round = 0; round < 3; round++) {
    expect((await rejection(task.end())).name).toBe('WorkerCrashedError');
    expect(await task.echo(round)).toBe(round);
  }
});

test('timeoutMs and terminateAfterMs are real under fake timers', async () => {
  jest.useFakeTimers();
  const { task } = await makeTask({ poolSize: 1, terminateAfterMs: 20 });
  expect((await rejection(task.with({ timeoutMs: 20 }).hang())).name).toBe('TimeoutError');
  expect(await task.echo('on another worker')).toBe('on another worker');
});

test('times in the timeline are real under fake timers', async () => {
  const { runtime, task } = await makeTask({ poolSize: 1 });
  await task.echo(0);
  jest.useFakeTimers({ now: 0 });
  runtime.clearMeasures();
  await task.busy(20);
  jest.useRealTimers();
  const [measure] = /** @type {PerformanceMeasure[]} */ (performance.getEntriesByType('measure'));
  expect(measure.detail.status).toBe('ok');
  expect(measure.detail.executionMs).toBeGreaterThanOrEqual(20);
  expect(measure.duration).toBeGreaterThanOrEqual(20);
  expect(measure.startTime).toBeLessThanOrEqual(performance.now());
});
