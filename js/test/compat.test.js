import { createTelemetryStore } from 'atelier-wasm/compat';
import { afterEach, describe, expect, test } from '@jest/globals';

import { disposeAll, makeTask, ours, rejection } from './support.js';

/** @type {ReturnType<typeof createTelemetryStore>[]} */
const stores = [];

afterEach(async () => {
  for (const store of stores.splice(0)) store.dispose();
  await disposeAll();
});

/** @param {Parameters<typeof createTelemetryStore>} options */
function makeStore(...options) {
  const store = createTelemetryStore(...options);
  stores.push(store);
  return store;
}

/** Resolves when observers have been given what is in the timeline now. */
const delivered = () =>
  new Promise((resolve) => {
    const observer = new PerformanceObserver(() => {
      observer.disconnect();
      performance.clearMarks('delivered');
      resolve(undefined);
    });
    observer.observe({ type: 'mark' });
    performance.mark('delivered');
  });

const NONE = { count: 0, ok: 0, error: 0, canceled: 0 };

describe('getState()', () => {
  test('has a call as soon as it has settled', async () => {
    const store = makeStore();
    expect(store.getState()).toEqual({ ...NONE, tasks: {} });
    const { task } = await makeTask({ taskId: 'resize', taskName: 'Resize' });
    await task.busy(5);
    const [{ duration, detail }] = ours('measure');
    expect(store.getState()).toEqual({
      ...NONE,
      count: 1,
      ok: 1,
      tasks: {
        resize: {
          taskId: 'resize',
          taskName: 'Resize',
          ...NONE,
          count: 1,
          ok: 1,
          durationMs: { p50: duration, p95: duration },
          queueWaitMs: { p50: detail.queueWaitMs, p95: detail.queueWaitMs },
          executionMs: { p50: detail.executionMs, p95: detail.executionMs },
        },
      },
    });
  });

  test('counts each call once, whether the observer has been given it or not', async () => {
    const { task } = await makeTask({ taskId: 'a' });
    await task.add(1, 1); // before there is a store
    const store = makeStore();
    await task.add(1, 1);
    await delivered();
    await task.add(1, 1);
    expect(store.getState().tasks.a.count).toBe(3);
    await delivered();
    expect(store.getState().tasks.a.count).toBe(3);
  });

  test('tells how calls ended, and what the last failure was', async () => {
    const { task } = await makeTask({ taskId: 'a', poolSize: 1 });
    const { task: other } = await makeTask({ taskId: 'b' });
    const store = makeStore();
    await task.add(1, 1);
    await rejection(task.failLater());
    await rejection(task.fail());
    await rejection(task.with({ signal: AbortSignal.abort() }).add(1, 1));
    await other.add(1, 1);
    const { tasks, ...total } = store.getState();
    expect(total).toEqual({ count: 5, ok: 2, error: 2, canceled: 1 });
    expect(tasks.a).toMatchObject({ count: 4, ok: 1, error: 2, canceled: 1 });
    expect(tasks.a.lastError).toBe('RangeError: too wide');
    expect(tasks.b).toMatchObject({ count: 1, ok: 1 });
    expect('lastError' in tasks.b).toBe(false);
    expect('taskName' in tasks.b).toBe(false);
  });

  test('has no execution time of calls that never ran', async () => {
    const { task } = await makeTask({ taskId: 'a' });
    await rejection(task.with({ signal: AbortSignal.abort() }).add(1, 1));
    const { a } = makeStore().getState().tasks;
    expect(a.canceled).toBe(1);
    expect('executionMs' in a).toBe(false);
  });

  test('takes percentiles by nearest rank, from the newest calls of each task', async () => {
    const store = makeStore({ maxSamples: 20 });
    const { task } = await makeTask({ taskId: 'a' }, { spans: { retain: Infinity } });
    for (let i = 0; i < 50; i++) await task.echo(i);
    const newest = ours('measure').slice(-20);
    const ranked = (/** @type {(span: PerformanceMeasure) => number} */ of) => {
      const sorted = newest.map(of).sort((a, b) => a - b);
      return { p50: sorted[9], p95: sorted[18] };
    };
    expect(store.getState().tasks.a).toMatchObject({
      count: 50,
      durationMs: ranked(({ duration }) => duration),
      queueWaitMs: ranked(({ detail }) => detail.queueWaitMs),
      executionMs: ranked(({ detail }) => detail.executionMs),
    });
  });

  test('sees what the timeline does not keep, and nothing of what is not ours', async () => {
    const store = makeStore();
    performance.measure('theirs');
    performance.measure('atelier:span:theirs');
    const { runtime, task } = await makeTask({ taskId: '__proto__' }, { spans: { retain: 0 } });
    await runtime.trace(() => task.add(1, 1));
    const { count, tasks } = store.getState();
    expect(count).toBe(1);
    expect(Object.keys(tasks)).toEqual(['__proto__']);
    performance.clearMeasures('theirs');
    performance.clearMeasures('atelier:span:theirs');
  });
});

test('reset() forgets what has settled, of its own store only', async () => {
  const [store, other] = [makeStore(), makeStore()];
  const { task } = await makeTask({ taskId: 'a' });
  await task.add(1, 1);
  await delivered();
  await task.add(1, 1);
  store.reset();
  expect(store.getState()).toEqual({ ...NONE, tasks: {} });
  await delivered();
  await task.add(1, 1);
  expect(store.getState()).toMatchObject({ count: 1, tasks: { a: { count: 1 } } });
  expect(other.getState().count).toBe(3);
});

test('dispose() leaves the numbers as they are', async () => {
  const store = makeStore();
  const { task } = await makeTask();
  await task.add(1, 1);
  store[Symbol.dispose]();
  await task.add(1, 1);
  await delivered();
  expect(store.getState().count).toBe(1);
  store.dispose();
  store.reset();
  expect(store.getState().count).toBe(0);
});

test('a bad option is named, quoted and explained', () => {
  const make = /** @type {any} */ (createTelemetryStore);
  expect(() => make({ maxSamples: 0 })).toThrow(/'maxSamples' is 0 \(number\).*at least 1/);
  expect(() => make({ maxSamples: '5' })).toThrow(TypeError);
  expect(() => make({ samples: 5 })).toThrow(/unknown option 'samples'.*maxSamples/);
  expect(() => makeStore({ maxSamples: undefined })).not.toThrow();
});
