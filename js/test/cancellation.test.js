import { getEventListeners } from 'node:events';

import { afterEach, describe, expect, test } from '@jest/globals';

import { Random } from './chaos/random.js';
import { details, disposeAll, isDeno, makeFlag, makeTask, MODE, rejection } from './support.js';
import { testShared } from './support.js';

afterEach(disposeAll);

test('a signal that has fired already rejects the call at once', async () => {
  const { task } = await makeTask();
  const error = await rejection(task.with({ signal: AbortSignal.abort() }).add(1, 1));
  expect(error).toMatchObject({ name: 'AbortError' });
  expect(task.getState()).toMatchObject({ pending: 0, inFlight: 0 });
  expect(details()).toMatchObject([{ status: 'canceled', attemptCount: 0 }]);
});

test('a pending call is cancelled without running', async () => {
  const { task } = await makeTask({ type: 'singleton', poolSize: undefined });
  const flag = makeFlag();
  await task.add(0, 0);
  const held = task.hold(flag.buffer);
  const controller = new AbortController();
  const pending = rejection(task.with({ signal: controller.signal }).increment());
  const reason = new Error('changed my mind');
  controller.abort(reason);
  expect(await pending).toBe(reason);
  flag.set(1);
  await held;
  expect(await task.increment()).toBe(1);
});

test('a call on its way to a busy worker is cancelled without running', async () => {
  const { task } = await makeTask({ type: 'singleton', poolSize: undefined, maxInFlight: 3 });
  const flag = makeFlag();
  await task.add(0, 0);
  const held = task.hold(flag.buffer);
  const controller = new AbortController();
  const bound = task.with({ signal: controller.signal, transfer: [] });
  // The second has to be posted, shared memory or not.
  const onItsWay = [bound.increment(), bound.increment(new ArrayBuffer(8))].map(rejection);
  controller.abort();
  for (const error of await Promise.all(onItsWay)) expect(error.name).toBe('AbortError');
  flag.set(1);
  await held;
  expect(await task.increment()).toBe(1);
  expect(task.getState()).toMatchObject({ inFlight: 0, pending: 0 });
});

test('a running handler sees it in its signal', async () => {
  const { task } = await makeTask();
  const flag = makeFlag();
  const controller = new AbortController();
  const call = rejection(task.with({ signal: controller.signal }).untilAborted(flag.buffer));
  await flag.reaches(1);
  controller.abort();
  expect((await call).name).toBe('AbortError');
  await flag.reaches(2);
});

test('each of 600 handlers hears of it, whenever that happens', async () => {
  const { task } = await makeTask({ poolSize: 2, maxInFlight: 32 });
  const random = new Random(3);
  for (let made = 0; made < 600; made++) {
    const controller = new AbortController();
    const call = rejection(task.with({ signal: controller.signal }).heed(made));
    const moment = random.int(4);
    if (moment === 1) await null;
    else if (moment === 2) await new Promise(setImmediate);
    else if (moment === 3) await new Promise((resolve) => setTimeout(resolve, random.below(3)));
    controller.abort();
    // With it comes the end of the handler, and the next call takes its place in the core.
    await task.add(1, 1);
    expect((await call).name).toBe('AbortError');
  }
  // A handler ends when it hears of it, and not before.
  while (task.getState().inFlight > 0) await new Promise(setImmediate);
  expect(task.getState()).toMatchObject({ inFlight: 0, inFlightByWorker: [0, 0], pending: 0 });
});

// Without shared memory a message tells the handler, once it yields.
testShared('a synchronous loop that never yields sees it in ctx.aborted', async () => {
  const { task } = await makeTask({ poolSize: 1 });
  const flag = makeFlag();
  const controller = new AbortController();
  const call = rejection(task.with({ signal: controller.signal }).spin(flag.buffer));
  await flag.reaches(1);
  controller.abort();
  expect((await call).name).toBe('AbortError');
  await flag.reaches(2);
  expect(await task.add(1, 2)).toBe(3);
  expect(task.getState()).toMatchObject({ inFlight: 0, activeWorkers: 1 });
});

// Node warns of a leak at eleven listeners.
test('however many calls have one signal or key, it has one listener, and none after them', async () => {
  const { runtime, task } = await makeTask({ poolSize: 1 });
  const { signal } = new AbortController();
  const ofKey = runtime.abortTaskController.signalFor('key');
  const listeners = () => [signal, ofKey].map((of) => getEventListeners(of, 'abort').length);
  const bound = task.with({ signal, key: 'key' });
  for (let round = 0; round < 10; round++) {
    const calls = Array.from({ length: 100 }, (_, i) => bound.add(i, 0));
    expect(listeners()).toEqual([1, 1]);
    await Promise.all(calls);
    expect(listeners()).toEqual([0, 0]);
  }
  const cancelled = Array.from({ length: 20 }, () => rejection(bound.later(0, 60_000)));
  runtime.abortTaskController.abort('key');
  for (const error of await Promise.all(cancelled)) expect(error.name).toBe('AbortError');
  expect(listeners()).toEqual([0, 0]);
});

test('the others go on, and the worker is busy until the handler ends', async () => {
  const { task } = await makeTask({ poolSize: 1 });
  const flag = makeFlag();
  const controller = new AbortController();
  const cancelled = rejection(task.with({ signal: controller.signal }).hold(flag.buffer));
  const other = task.add(1, 2);
  await new Promise((resolve) => setTimeout(resolve, 0));
  controller.abort();
  await cancelled;
  flag.set(1);
  expect(await other).toBe(3);
  expect(details().filter(({ method }) => method === 'hold')).toHaveLength(1);
});

describe('a timeout', () => {
  test('counts from the call, and is a TimeoutError', async () => {
    const { runtime, task } = await makeTask({ poolSize: 1, timeoutMs: 30 });
    const flag = makeFlag();
    await task.with({ timeoutMs: Infinity }).add(0, 0);
    runtime.clearMeasures();
    const calls = [task.hold(flag.buffer), task.add(1, 1)].map(rejection);
    for (const error of await Promise.all(calls)) expect(error.name).toBe('TimeoutError');
    expect(details()).toMatchObject([
      { status: 'canceled', errorName: 'TimeoutError', workerIndex: 0 },
      { status: 'canceled', errorName: 'TimeoutError', attemptCount: 0 },
    ]);
    flag.set(1);
    expect(await task.with({ timeoutMs: Infinity }).add(1, 2)).toBe(3);
  });

  test('is not switched off by a signal', async () => {
    const { task } = await makeTask();
    const { signal } = new AbortController();
    const error = await rejection(task.with({ signal, timeoutMs: 20 }).later(1, 60_000));
    expect(error.name).toBe('TimeoutError');
  });
});

describe('a key', () => {
  test('cancels the calls under way with it, and no others', async () => {
    const { runtime, task } = await makeTask({ keyOf: (value) => `picture-${value}` });
    const keys = runtime.abortTaskController;
    const one = [task.later(1, 60_000), task.later(1, 60_000)].map(rejection);
    const two = task.later(2, 1);
    const given = rejection(task.with({ key: 'mine' }).later(2, 60_000));
    keys.abort('picture-1');
    for (const error of await Promise.all(one)) expect(error.name).toBe('AbortError');
    expect(await two).toBe(2);
    keys.abortMany(['mine', 'nobody']);
    expect((await given).name).toBe('AbortError');
  });

  test('is fresh for the next call', async () => {
    const { runtime, task } = await makeTask();
    const keys = runtime.abortTaskController;
    keys.abort('k');
    expect(keys.isAborted('k')).toBe(true);
    expect(await task.with({ key: 'k' }).add(1, 2)).toBe(3);
    expect(keys.isAborted('k')).toBe(false);
    const signal = keys.signalFor('k');
    const reason = new Error('enough');
    keys.abort('k', reason);
    expect(signal.reason).toBe(reason);
    expect(keys.signalFor('k').aborted).toBe(false);
    keys.abort('k');
    keys.clear('k');
    expect(keys.isAborted('k')).toBe(false);
    keys.abort('k');
    keys.clearAll();
    expect(keys.isAborted('k')).toBe(false);
  });

  test('that is no string is a TypeError', async () => {
    const { task } = await makeTask({ keyOf: () => /** @type {any} */ (5) });
    const error = await rejection(task.add(1, 1));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/keyOf\(\).*5/);
    expect(details()).toMatchObject([{ status: 'error', errorName: 'TypeError' }]);
  });
});

// Deno keeps messages back while there are immediates: findings/deno-immediates-hold-messages-back.sh.
const testUnlessKeptBack = isDeno && MODE === 'messages' ? test.skip : test;

describe('terminateAfterMs', () => {
  testUnlessKeptBack(
    'ends no worker whose handler has stopped while this thread was busy',
    async () => {
      const { task } = await makeTask({ poolSize: 1, maxInFlight: 2, terminateAfterMs: 20 });
      await task.add(0, 0);
      for (let round = 0; round < 5; round++) {
        const flag = makeFlag();
        const innocent = task.later('fine', 80);
        const controller = new AbortController();
        const call = rejection(task.with({ signal: controller.signal }).untilAborted(flag.buffer));
        await flag.reaches(1);
        await new Promise((resolve) => setImmediate(resolve));
        controller.abort();
        const sinceMs = performance.now();
        while (performance.now() - sinceMs < 60 || !flag.isAt(3)); // it has stopped by then
        expect((await call).name).toBe('AbortError');
        expect(await innocent).toBe('fine');
      }
      expect(task.getState().lastCrash).toBeUndefined();
    }
  );

  // Without shared memory nobody but the worker knows whether a call has started.
  testShared('ends no worker for a call that has not started on it', async () => {
    const { task } = await makeTask({ poolSize: 1, maxInFlight: 2, terminateAfterMs: 20 });
    const flag = makeFlag();
    /** @type {any} */
    let innocent;
    await new Promise((onProgress) => {
      innocent = task.with({ onProgress }).hold(flag.buffer);
    });
    const controller = new AbortController();
    const call = rejection(task.with({ signal: controller.signal }).echo(new Uint8Array(1)));
    await new Promise(setImmediate); // it is on its way to the worker
    controller.abort();
    expect((await call).name).toBe('AbortError');
    await new Promise((resolve) => setTimeout(resolve, 60)); // more than terminateAfterMs
    flag.set(1);
    await innocent;
    expect(task.getState()).toMatchObject({ activeWorkers: 1 });
  });

  test('ends a worker whose handler ignores its cancellation; its neighbour goes on', async () => {
    const { task } = await makeTask({ poolSize: 2, init: 'eager', terminateAfterMs: 20 });
    await Promise.all([task.busy(5), task.busy(5)]);
    const [deaf, other] = [makeFlag(), makeFlag()];
    const controller = new AbortController();
    const { signal } = controller;
    /** @type {any} */
    let ignored;
    await new Promise((onProgress) => {
      ignored = rejection(task.with({ signal, onProgress }).hold(deaf.buffer));
    });
    const neighbour = task.hold(other.buffer);
    controller.abort();
    expect((await ignored).name).toBe('AbortError');
    const ended = task.echo('on the worker that replaces it');
    expect(await ended).toMatch('replaces');
    other.set(1);
    await neighbour;
    expect(task.getState()).toMatchObject({ inFlight: 0, activeWorkers: 2 });
    expect(task.getState().lastCrash).toBeUndefined();
  });
});
