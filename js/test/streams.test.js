import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, test } from '@jest/globals';

import { collectGarbage } from './collect-garbage.js';
import { details, disposeAll, makeFlag, makeTask, ours, rejection, worker } from './support.js';

afterEach(disposeAll);

const makeStreams = (/** @type {object} */ config = {}, /** @type {object} */ options = {}) =>
  makeTask({ worker: worker('streams.js'), poolSize: 1, ...config }, options);

/** @param {AsyncIterable<any>} iterable */
async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

const upTo = (/** @type {number} */ count) => Array.from({ length: count }, (_, i) => i);

/** Resolves when a handler has set the flag to -1. */
async function over(/** @type {ReturnType<typeof makeFlag>} */ flag) {
  while (Atomics.load(new Int32Array(flag.buffer), 0) !== -1) await sleep(1);
}

test('a posted call does not wait for the end of a stream that was made before it', async () => {
  const { task } = await makeStreams({ poolSize: 2 });
  await Promise.all([task.add(1, 1), task.add(1, 1)]);
  for (let round = 0; round < 50; round++) {
    const stream = task.count(20); // nobody reads it before the posted call has its answer
    const list = await task.with({ timeoutMs: 5_000 }).list(new ArrayBuffer(8));
    expect(list).toEqual([1, 2, 3]);
    expect(await collect(stream)).toEqual(upTo(20));
  }
});

test('a lost worker is what the caller of its stream gets, when it comes to that', async () => {
  const { task } = await makeStreams({ crashPolicy: 'fail-task' });
  const read = await task.exitsAfter(3);
  while (task.getState().lastCrash === undefined) await sleep(1);
  expect(await read.next()).toEqual({ done: false, value: 0 });
  expect((await rejection(collect(read))).name).toBe('WorkerCrashedError');
  expect(details()[0]).toMatchObject({ method: 'exitsAfter', errorName: 'WorkerCrashedError' });
});

test('a caller that stops iterating gets nothing of a worker that was lost meanwhile', async () => {
  const { task } = await makeStreams();
  const stream = await task.exitsAfter(3);
  while (task.getState().lastCrash === undefined) await sleep(1);
  await stream.return();
  expect(details()).toMatchObject([{ status: 'canceled', errorName: 'AbortError' }]);
});

describe('a caller that stops iterating', () => {
  const stopAtFirst = async (/** @type {AsyncIterable<any>} */ stream) => {
    for await (const item of stream) if (item === 1) break;
  };
  const stopped = { status: 'canceled', error: 'AbortError: The caller has stopped iterating.' };

  test.each(['failsToEnd', 'failsToEndLater'])('gets what a finally throws: %s', async (method) => {
    const { task } = await makeStreams();
    const error = await rejection(stopAtFirst(task[method]()));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('not closed');
    const failed = { status: 'error', error: 'RangeError: not closed' };
    expect(details()).toMatchObject([failed]);
    const returned = await task[method]();
    await returned.next();
    const [first, second] = await Promise.allSettled([returned.return(), returned.return(2)]);
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'not closed' } });
    expect(second).toMatchObject({ value: { done: true, value: 2 } });
    expect(await returned.next()).toEqual({ done: true, value: undefined });
    expect(details()).toMatchObject([failed, failed]);
    expect(task.getState()).toMatchObject({ inFlight: 0, activeWorkers: 1 });
  });

  test('waits until its handler has ended, as an await using does', async () => {
    const { task } = await makeStreams();
    const flag = makeFlag();
    const stream = await task.endsLater(flag.buffer);
    await stream.next();
    const returned = stream.return('x');
    const disposed = stream[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(details()).toEqual([]);
    flag.set(1);
    expect(await returned).toEqual({ done: true, value: 'x' });
    expect(Atomics.load(new Int32Array(flag.buffer), 0)).toBe(-1);
    await disposed;
    expect(details()).toMatchObject([stopped]);
  });

  test('hears nothing of a handler that only passes the cancellation on', async () => {
    const { task } = await makeStreams();
    await stopAtFirst(task.throwsItsReason());
    expect(details()).toMatchObject([stopped]);
  });

  test('does not wait for an item that is never made', async () => {
    const { task } = await makeStreams();
    await stopAtFirst(task.stalls());
    expect(details()).toMatchObject([stopped]);
  });

  test('waits for a handler that does not end until its signal, its key or its timeout ends that', async () => {
    const { runtime, task } = await makeStreams({ maxInFlight: 3 });
    const controller = new AbortController();
    const stream = await task.with({ signal: controller.signal }).neverEnds();
    await stream.next();
    const returned = stream.return();
    controller.abort();
    expect(await returned).toEqual({ done: true, value: undefined });
    const keyed = await task.with({ key: 'mine' }).neverEnds();
    await keyed.next();
    const left = keyed.return();
    runtime.abortTaskController.abort('mine');
    await left;
    await stopAtFirst(task.with({ timeoutMs: 20 }).neverEnds());
    expect(details()).toMatchObject([stopped, stopped, stopped]);
  });

  test.each([{ terminateAfterMs: 10 }, {}])(
    'waits no longer than its worker lives: %j',
    async (config) => {
      const { task } = await makeStreams(config);
      await stopAtFirst(task.neverEnds(!config.terminateAfterMs));
      expect(details()).toMatchObject([stopped]);
      expect(await task.add(1, 2)).toBe(3);
      expect(task.getState()).toMatchObject({ inFlight: 0, activeWorkers: 1 });
    }
  );

  test('waits no longer than its task is there', async () => {
    const { task } = await makeStreams();
    const stream = await task.neverEnds();
    await stream.next();
    const returned = stream.return();
    task.dispose();
    await returned;
    expect(details()).toMatchObject([stopped]);
  });
});

test.each([
  ['argumentCount', '1 (number)'],
  ['context', 'an object (Object)'],
])(
  'for await over the call of a handler that is no generator says so: %s',
  async (method, told) => {
    const { task } = await makeTask();
    const error = await rejection(collect(task[method]({})));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('for await');
    expect(error.message).toContain(told);
  }
);

describe('a handler that is a generator', () => {
  test.each(['count', 'countLater', 'promised'])('gives an async iterable: %s', async (method) => {
    const { task } = await makeStreams();
    expect(await collect(await task[method](50))).toEqual(upTo(50));
    expect(await collect(task[method](50))).toEqual(upTo(50)); // the promise itself is one too
    expect(await collect(task[method](0))).toEqual([]);
  });

  test('gives what it returns at the end, and nothing after that', async () => {
    const { task } = await makeStreams();
    const stream = await task.count(1);
    expect(await stream.next()).toEqual({ done: false, value: 0 });
    expect(await stream.next()).toEqual({ done: true, value: 'end' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('answers several next() at once, in their order', async () => {
    const { task } = await makeStreams();
    const stream = await task.countLater(3);
    const results = await Promise.all(upTo(5).map(() => stream.next()));
    expect(results.map(({ value }) => value)).toEqual([0, 1, 2, undefined, undefined]);
    expect(results.map(({ done }) => done)).toEqual([false, false, false, true, true]);
  });

  test('has one span, which ends with the iteration', async () => {
    const { task } = await makeStreams();
    let lastMs = 0;
    for await (const item of task.count(3)) {
      expect(details()).toEqual([]);
      if (item === 2) await sleep(20);
      lastMs = performance.now();
    }
    expect(details()).toMatchObject([{ method: 'count', status: 'ok', attemptCount: 1 }]);
    const [measure] = ours('measure');
    expect(measure.startTime + measure.duration).toBeGreaterThanOrEqual(lastMs);
    expect(details()[0].executionMs).toEqual(expect.any(Number));
    expect(task.getState()).toMatchObject({ inFlight: 0 });
    expect(ours('mark')).toEqual([]);
  });

  test('has its span open while its caller is at the last item', async () => {
    const { task } = await makeStreams();
    const stream = await task.countLater(1);
    await stream.next();
    await collect(task.count(0)); // the worker has been done with the other before
    expect(details()).toMatchObject([{ method: 'count' }]);
    expect(await stream.next()).toMatchObject({ done: true });
    expect(details()).toMatchObject([{ method: 'countLater', status: 'ok' }, { method: 'count' }]);
  });

  test('stays open if its worker ends when it is done with it', async () => {
    /** @type {any} */
    let made;
    const { task } = await makeStreams({ worker: () => (made = worker('streams.js')()) });
    const streams = [await task.count(3), await task.count(3)];
    await collect(task.count(0)); // the worker has been done with the others before
    await made.terminate();
    expect(details()).toHaveLength(1);
    expect(await collect(streams[0])).toEqual([0, 1, 2]);
    await streams[1].return();
    expect(details().map(({ status }) => status)).toEqual(['ok', 'canceled', 'ok']);
    expect(await collect(task.count(1))).toEqual([0]);
  });

  test('lets its worker be stopped when it is done with it', async () => {
    const { task } = await makeStreams();
    const stream = await task.count(3);
    await collect(task.count(0));
    task.stopWorkers();
    expect(task.getState()).toMatchObject({ activeWorkers: 0, inFlight: 0 });
    expect(await collect(stream)).toEqual([0, 1, 2]);
  });

  test('is cancelled at its last item too', async () => {
    const { task } = await makeStreams();
    const stream = await task.countLater(1);
    await stream.next();
    await collect(task.count(0));
    await stream.return();
    expect(details()[0]).toMatchObject({ method: 'countLater', status: 'canceled' });
  });

  test('does not run ahead more than 8 items', async () => {
    const { task } = await makeStreams();
    const flag = makeFlag();
    const stream = await task.produce(flag.buffer);
    const produced = () => Atomics.load(new Int32Array(flag.buffer), 0);
    await flag.reaches(8);
    await sleep(20); // for what must not happen there is no event
    expect(produced()).toBe(8);
    for (let taken = 1; taken <= 100; taken++) {
      expect((await stream.next()).value).toBe(taken);
      expect(produced()).toBeLessThanOrEqual(taken + 8);
    }
    await stream.return();
    await over(flag);
  });

  test('is cancelled, and runs its finally, when the caller stops', async () => {
    const { task } = await makeStreams();
    const flag = makeFlag();
    for await (const item of task.produce(flag.buffer)) if (item === 3) break;
    expect(details()).toMatchObject([{ status: 'canceled', errorName: 'AbortError' }]);
    await over(flag);
    expect(await task.add(1, 2)).toBe(3);
    expect(task.getState()).toMatchObject({ inFlight: 0, activeWorkers: 1 });
  });

  test('is cancelled when the caller stops although its last item has come', async () => {
    const { task } = await makeStreams({ maxInFlight: 2 });
    for await (const item of task.count(4)) {
      if (item === 0) await task.add(1, 1); // what the worker has said before has arrived, too
      if (item === 1) break;
    }
    expect(details()[0]).toMatchObject({ method: 'count', status: 'canceled' });
    expect(await task.add(1, 2)).toBe(3);
    expect(task.getState()).toMatchObject({ inFlight: 0 });
  });

  test('is cancelled by an exception in the loop, which reaches the caller', async () => {
    const { task } = await makeStreams();
    const flag = makeFlag();
    const loop = async () => {
      for await (const item of task.produce(flag.buffer)) throw new Error(`mine ${item}`);
    };
    expect((await rejection(loop())).message).toBe('mine 1');
    await over(flag);
  });

  test('is cancelled by return(), throw() and a disposal', async () => {
    const { task } = await makeStreams();
    const returned = await task.count(100);
    expect(await returned.return('x')).toEqual({ done: true, value: 'x' });
    expect(await returned.next()).toEqual({ done: true, value: undefined });
    const thrown = await task.count(100);
    expect((await rejection(thrown.throw(new Error('mine')))).message).toBe('mine');
    const disposed = await task.count(100);
    await disposed[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]();
    expect(details().map(({ status }) => status)).toEqual(Array(3).fill('canceled'));
  });

  test('is cancelled by its signal: the next item is an AbortError', async () => {
    const { task } = await makeStreams();
    const controller = new AbortController();
    const flag = makeFlag();
    const stream = await task.with({ signal: controller.signal }).untilAborted(flag.buffer);
    expect((await stream.next()).value).toBe(1);
    const next = rejection(stream.next());
    controller.abort();
    expect((await next).name).toBe('AbortError');
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await over(flag);
    expect(details()).toMatchObject([{ status: 'canceled' }]);
  });

  test('is cancelled by its timeout, the time of the iteration included', async () => {
    const { task } = await makeStreams();
    await task.add(0, 0);
    const flag = makeFlag();
    expect((await rejection(collect(task.with({ timeoutMs: 50 }).produce(flag.buffer)))).name).toBe(
      'TimeoutError'
    );
    await over(flag);
  });

  test('is cancelled when its caller has lost the iterator', async () => {
    const { task } = await makeStreams();
    const flag = makeFlag();
    await (async () => void (await (await task.produce(flag.buffer)).next()))();
    while (details().length === 0) {
      collectGarbage();
      await sleep(1);
    }
    expect(details()).toMatchObject([{ status: 'canceled' }]);
    await over(flag);
  });

  test('passes an exception on, after the items before it', async () => {
    const { task } = await makeStreams();
    /** @type {number[]} */
    const items = [];
    const loop = async () => {
      for await (const item of task.failsAfter(3)) items.push(item);
    };
    const error = await rejection(loop());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('no more');
    expect(items).toEqual([0, 1, 2]);
    expect(details()).toMatchObject([{ status: 'error', errorName: 'RangeError' }]);
  });

  test('awaits promises that a synchronous one yields', async () => {
    const { task } = await makeStreams();
    const stream = await task.promises();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect((await rejection(stream.next())).message).toBe('no second');
  });

  test('fails with a DataCloneError for an item that cannot be cloned', async () => {
    const { task } = await makeStreams();
    const stream = await task.refused();
    expect((await stream.next()).value).toBe(1);
    expect((await rejection(stream.next())).name).toBe('DataCloneError');
    expect(await task.add(1, 2)).toBe(3);
  });

  test.each(['restart-fail-in-flight', 'restart-requeue-in-flight'])(
    'fails with its worker, and is not run again once it has begun: %s',
    async (crashPolicy) => {
      const { task } = await makeStreams({ crashPolicy });
      const error = await rejection(collect(task.exitsAfter(3)));
      expect(error.name).toBe('WorkerCrashedError');
      expect(details()).toMatchObject([{ status: 'error', attemptCount: 1 }]);
      expect(await collect(task.count(2))).toEqual([0, 1]);
    }
  );

  test('that has ended gives all its items, whatever becomes of its worker', async () => {
    /** @type {any} */
    let made;
    const { task } = await makeStreams({
      maxInFlight: 2,
      worker: () => (made = worker('streams.js')()),
    });
    const stream = await task.count(5);
    expect((await stream.next()).value).toBe(0);
    await task.add(1n, 1n); // by messages: those before have arrived, too
    const crashed = new Promise((resolve) => made.once('exit', resolve));
    made.terminate();
    await crashed;
    expect(await collect(stream)).toEqual([1, 2, 3, 4]);
    expect(details()).toContainEqual(expect.objectContaining({ method: 'count', status: 'ok' }));
  });

  test('is cut off by dispose()', async () => {
    const { task } = await makeStreams();
    const flag = makeFlag();
    const stream = await task.produce(flag.buffer);
    await stream.next();
    const rest = rejection(collect(stream));
    task.dispose();
    expect((await rest).name).toBe('TaskDisposedError');
    expect(task.getState()).toMatchObject({ inFlight: 0, activeWorkers: 0 });
  });

  test('is waited for by drain()', async () => {
    const { runtime, task } = await makeStreams();
    const stream = await task.count(3);
    let drained = false;
    const drain = runtime.drain().then(() => (drained = true));
    expect((await stream.next()).value).toBe(0);
    expect(drained).toBe(false);
    expect(await collect(stream)).toEqual([1, 2]);
    await drain;
  });

  test('transfers its items, and reports progress beside them', async () => {
    const { task } = await makeStreams();
    /** @type {number[]} */
    const lengths = [];
    const onProgress = (/** @type {number} */ length) => lengths.push(length);
    const items = await collect(task.with({ onProgress }).buffers(3));
    expect(items.map((bytes) => [bytes.byteLength, bytes[0]])).toEqual([
      [1024, 0],
      [1024, 1],
      [1024, 2],
    ]);
    expect(lengths).toEqual([0, 0, 0]); // they were given away
    await collect(task.with({ onProgress, transferResult: false }).buffers(1));
    expect(lengths).toEqual([0, 0, 0, 1024]);
  });

  test('keeps the trace of whoever iterates', async () => {
    const { runtime, task } = await makeStreams({ poolSize: 1, maxInFlight: 4 });
    const run = (/** @type {string} */ name) =>
      runtime.trace(name, async () => {
        for await (const item of task.countLater(10)) await task.add(item, 1);
        return task.add(0, 0);
      });
    await Promise.all([run('a'), run('b'), run('c')]);
    const spans = details().filter(({ method }) => method);
    const traces = details().filter(({ spanCount }) => spanCount !== undefined);
    expect(spans).toHaveLength(3 * 12);
    expect(traces.map(({ spanCount }) => spanCount)).toEqual([12, 12, 12]);
  });
});

test('for await takes any iterable result', async () => {
  const { task } = await makeStreams();
  expect(await collect(task.list())).toEqual([1, 2, 3]);
  expect(await rejection(collect(task.add(1, 2)))).toBeInstanceOf(TypeError);
});
