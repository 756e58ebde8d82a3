/** @file What has no bound in a program has one here, and reaching it costs nothing but itself. */
import { afterEach, expect, test } from '@jest/globals';

import { collectGarbage } from './collect-garbage.js';
import { details, disposeAll, isDeno, makeFlag, makeRuntime } from './support.js';
import { makeTask, rejection, worker } from './support.js';

afterEach(disposeAll);

const macrotask = () => new Promise((resolve) => setImmediate(resolve));

/** @typedef {{ error: unknown, pending: Promise<unknown>[] }} Flood */

/**
 * Makes calls until one is refused.
 * @param {() => Promise<unknown>} call
 * @returns {Promise<Flood>} why, and the others
 */
async function flood(call) {
  /** @type {unknown} */
  let error;
  const pending = [];
  while (error === undefined) {
    for (let i = 0; i < 1_000; i++) {
      const promise = call();
      promise.catch((reason) => (error ??= reason));
      pending.push(promise);
    }
    await macrotask();
  }
  return { error, pending };
}

test('when memory has no room for one more call, that call is refused, and all others are served', async () => {
  const config = { type: /** @type {const} */ ('singleton'), poolSize: undefined };
  const { runtime, task } = await makeTask(config, { spans: false });
  const flag = makeFlag();
  const held = task.hold(flag.buffer);
  const text = 'x'.repeat(3_000); // some of them fit into the memory
  let calls = 0;
  const { error, pending } = await flood(() => task.echo(++calls % 10 === 0 ? text : calls));
  expect(error).toMatchObject({ name: 'QueueFullError', taskId: 'task-1' });
  expect(String(error)).toMatch(/memory has no room for one more call of task 'task-1'/);
  expect(calls).toBeGreaterThan(100_000);

  // Nothing else has changed.
  const other = await makeRuntime({ spans: false });
  expect(other.getRuntimeSnapshot().tasks).toEqual([]);
  expect(task.getState().pending + task.getState().inFlight).toBeGreaterThan(100_000);
  flag.set(1);
  await held;
  const ends = await Promise.allSettled(pending);
  const wrong = ends.filter(
    (end, i) => end.status === 'fulfilled' && end.value !== ((i + 1) % 10 === 0 ? text : i + 1)
  );
  expect(wrong).toEqual([]);
  const rejected = ends.filter((end) => end.status === 'rejected');
  expect(rejected.length).toBeLessThan(1_000);
  expect(await task.add(1, 2)).toBe(3);
  await runtime.dispose();
  /** @type {any} */
  const next = other.defineTask({ type: 'singleton', worker: worker('handlers.js') });
  const isRejected = (/** @type {PromiseSettledResult<number>} */ { status }) =>
    status === 'rejected';
  const makeSums = () =>
    Promise.allSettled(Array.from({ length: 20_000 }, (_, i) => next.add(i, 1)));
  let sums = await makeSums();
  // There a terminated worker keeps what it used for ten seconds.
  while (isDeno && sums.some(isRejected)) sums = await makeSums();
  expect(sums.filter(isRejected)).toEqual([]);
  expect(sums[19_999]).toMatchObject({ value: 20_000 });
});

test('a disposed task is in no snapshot, and what it took is given back', async () => {
  const runtime = await makeRuntime({ spans: false });
  const config = { type: /** @type {const} */ ('parallel'), worker: worker('handlers.js') };
  const sizes = [];
  /** @type {WeakRef<object>[]} */
  const refs = [];
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 3_000; i++) {
      const task = runtime.defineTask({ ...config, taskId: 'short-lived' });
      const call = task[`method${i}`]();
      refs.push(new WeakRef(task));
      task.dispose();
      await rejection(call);
    }
    await macrotask();
    collectGarbage();
    await macrotask();
    sizes.push(process.memoryUsage().arrayBuffers);
  }
  expect(runtime.getRuntimeSnapshot().tasks).toEqual([]);
  expect(refs.filter((ref) => ref.deref()).length).toBeLessThan(10);
  // 12,000 tasks of some 5 KB each.
  expect(sizes[3] - sizes[1]).toBeLessThan(10_000_000);
});

test('a runtime that was disposed still tells of its tasks', async () => {
  const { runtime, task } = await makeTask({ taskId: 'last' });
  await task.add(1, 2);
  await runtime.dispose();
  expect(runtime.getRuntimeSnapshot().tasks).toMatchObject([
    { taskId: 'last', totalDispatched: 1, activeWorkers: 0, inFlight: 0, pending: 0 },
  ]);
});

test('a task that was disposed still tells of itself, and makes the spans of late calls', async () => {
  const { runtime, task } = await makeTask({ taskId: 'gone', poolSize: 1 });
  await task.add(1, 2);
  task.dispose();
  expect(task.getState()).toMatchObject({
    totalDispatched: 1,
    activeWorkers: 0,
    workerStatus: 'stopped',
    inFlight: 0,
    inFlightByWorker: [0],
  });
  expect((await rejection(task.add(1, 1))).name).toBe('TaskDisposedError');
  expect(task.getState().totalDispatched).toBe(2);
  expect(details()).toMatchObject([
    { taskId: 'gone', status: 'ok' },
    { taskId: 'gone', status: 'error', errorName: 'TaskDisposedError' },
  ]);
  task.stopWorkers();
  task.dispose();
  runtime.clearMeasures({ taskId: 'gone' });
  expect(details()).toEqual([]);
});

test('texts in the timeline end at 2,000 characters, and the caller gets all of an error', async () => {
  const { runtime, task } = await makeTask({
    taskId: 'i'.repeat(5_000),
    taskName: 'n'.repeat(5_000),
  });
  const message = 'm'.repeat(3_000_000);
  const error = await rejection(
    runtime.trace('t'.repeat(5_000), () => task.throwValue(new Error(message)))
  );
  expect(error.message).toBe(message);
  for (const detail of details()) {
    for (const text of Object.values(detail)) expect(`${text}`.length).toBeLessThanOrEqual(2_000);
  }
  expect(details()[0].error).toBe(`Error: ${message}`.slice(0, 2_000));
});

test('a message that belongs to no call under way changes nothing', async () => {
  /** @type {any[]} */
  const made = [];
  const { task } = await makeTask({
    poolSize: 1,
    worker() {
      made.push(worker('talks.js')());
      return made[0];
    },
  });
  await task.add(1, 2);
  const call = task.later('right', 50);
  const types = ['call', 'cancel', 'pull', 'start', 'wake', 'ready', 'hello', 'result', 'error'];
  types.push('item', 'stream', 'progress', 'done', 'skipped', 'unknown-method', 'imported', 'x');
  const ids = [{}, { call: 0, generation: 0 }, { call: 1e9, generation: 1 }];
  ids.push(/** @type {any} */ ({ call: '0', generation: [] }), { call: -1, generation: NaN });
  for (const record of [-4, 2 ** 31, 2 ** 40, NaN, 'x']) {
    ids.push(/** @type {any} */ ({ call: 0, generation: 2 ** 33, record }));
  }
  for (const type of types) {
    for (const id of ids) {
      const message = { type: `atelier:${type}`, value: 'forged', ...id };
      if (type !== 'imported') made[0].postMessage(message);
      if (type !== 'done') await task.say(message);
    }
  }
  expect(await call).toBe('right');
  expect(await task.add(2, 3)).toBe(5);
  expect(task.getState()).toMatchObject({ activeWorkers: 1, inFlight: 0, pending: 0 });
});

test('no counter is ever negative, whatever workers do meanwhile', async () => {
  const { task } = await makeTask({ type: 'singleton', poolSize: undefined, maxInFlight: 5 });
  await task.add(1, 1);
  for (let round = 0; round < 1_000; round++) {
    const calls = [task.add(1, 1), task.add(1, 1), task.add(1, 1)];
    for (let look = 0; look < 10; look++) {
      const { inFlight, pending, waiting, inFlightByWorker } = task.getState();
      expect(Math.min(inFlight, pending, waiting)).toBeGreaterThanOrEqual(0);
      expect(inFlightByWorker).toEqual([inFlight]);
    }
    await Promise.all(calls);
  }
});

test('a disposed task costs the same after many calls', async () => {
  const { runtime, task } = await makeTask({ poolSize: 1 }, { spans: false });
  const config = { type: /** @type {const} */ ('parallel'), worker: worker('handlers.js') };
  const medianMs = () => {
    const times = Array.from({ length: 101 }, () => {
      const sinceMs = performance.now();
      runtime.defineTask(config).dispose();
      return performance.now() - sinceMs;
    });
    return times.sort((a, b) => a - b)[50];
  };
  medianMs();
  const beforeMs = medianMs();
  await Promise.all(Array.from({ length: 20_000 }, () => task.add(1, 1)));
  expect(medianMs()).toBeLessThan(0.2 + 5 * beforeMs);
});

test('a worker that is made while its task is disposed is ended', async () => {
  /** @type {Promise<number> | undefined} */
  let exit;
  const { task } = await makeTask({
    worker() {
      task.dispose();
      const made = worker('handlers.js')();
      exit = new Promise((resolve) => made.once('exit', resolve));
      return made;
    },
  });
  expect((await rejection(task.add(1, 1))).name).toBe('TaskDisposedError');
  expect(await exit).toEqual(expect.any(Number));
});
