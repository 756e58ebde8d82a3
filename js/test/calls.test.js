import { afterEach, describe, expect, test } from '@jest/globals';

import { disposeAll, makeFlag, makeRuntime, makeTask, rejection, worker } from './support.js';

afterEach(disposeAll);

describe('a call', () => {
  test('resolves to what a synchronous handler returns', async () => {
    const { task } = await makeTask();
    expect(await task.add(1, 2)).toBe(3);
  });

  test('resolves to what an asynchronous handler resolves to', async () => {
    const { task } = await makeTask();
    expect(await task.later('x', 1)).toBe('x');
  });

  test('passes its arguments, and a context to handlers that ask for it', async () => {
    const { task } = await makeTask();
    expect(await task.argumentCount(1, undefined, 3)).toBe(3);
    expect(await task.argumentCount()).toBe(0);
    const context = await task.context();
    expect(context).toMatchObject({ aborted: false, signal: true });
    expect(context.callId).toEqual(expect.any(String));
    expect(context.spanId).toMatch(/^[0-9a-f]{16}$/);
    expect(context.traceId).toBeUndefined();
  });

  test('copies values as structuredClone does', async () => {
    const { task } = await makeTask();
    const shared = { deep: [1n, new Date(5), /x/gi, NaN, -0, undefined] };
    const value = new Map([[shared, new Set([shared])]]);
    const back = await task.echo(value);
    const [[key, set]] = back;
    expect(key).toEqual(shared);
    expect(set.has(key)).toBe(true);
  });

  test('takes its arguments at once, even if it has to wait for a worker', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    const list = [1];
    const result = task.echo(list);
    list.push(2);
    expect(await result).toEqual([1]);
  });

  test('is one of many that all come back, each with its own result', async () => {
    const { task } = await makeTask({ poolSize: 3 });
    const results = await Promise.all(Array.from({ length: 500 }, (_, i) => task.echo(i)));
    expect(results).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });
});

describe('workers', () => {
  test('a singleton keeps its state', async () => {
    const { task } = await makeTask({ type: 'singleton', poolSize: undefined });
    expect([await task.increment(), await task.increment(), await task.increment()]).toEqual([
      1, 2, 3,
    ]);
  });

  test('a call never waits behind a busy worker while another is idle', async () => {
    const { task } = await makeTask({ init: 'eager' });
    await Promise.all([task.add(0, 0), task.add(0, 0)]);
    const flag = makeFlag();
    const held = task.hold(flag.buffer);
    for (let i = 0; i < 20; i++) expect(await task.add(i, 1)).toBe(i + 1);
    flag.set(1);
    await held;
  });

  test('eager ones start with the task, lazy ones with a call', async () => {
    const { task: eager } = await makeTask({ init: 'eager', poolSize: 2 });
    expect(eager.getState()).toMatchObject({ activeWorkers: 2, workerStatus: 'running' });
    const { task: lazy } = await makeTask({ poolSize: 2 });
    expect(lazy.getState()).toMatchObject({ activeWorkers: 0, workerStatus: 'stopped' });
    await lazy.add(1, 1);
    expect(lazy.getState()).toMatchObject({ activeWorkers: 1, workerStatus: 'running' });
  });

  test('maxInFlight bounds the calls that are on workers', async () => {
    const { task } = await makeTask({ poolSize: 2, maxInFlight: 1 });
    const flag = makeFlag();
    const first = task.hold(flag.buffer);
    const second = task.add(1, 1);
    expect(task.getState().inFlight + task.getState().pending).toBe(2);
    await task.with({ transfer: [] }); // a task is no thenable
    flag.set(1);
    await Promise.all([first, second]);
    expect(task.getState()).toMatchObject({ inFlight: 0, pending: 0, totalDispatched: 2 });
  });

  test('several asynchronous calls share a worker if maxInFlight allows it', async () => {
    const { task } = await makeTask({ type: 'singleton', poolSize: undefined, maxInFlight: 3 });
    const flags = [makeFlag(), makeFlag(), makeFlag()];
    const controller = new AbortController();
    const calls = flags.map((flag) =>
      rejection(task.with({ signal: controller.signal }).untilAborted(flag.buffer))
    );
    await Promise.all(flags.map((flag) => flag.reaches(1)));
    expect(task.getState()).toMatchObject({ inFlight: 3, inFlightByWorker: [3] });
    controller.abort();
    await Promise.all(calls);
  });

  test('stopWorkers lets calls finish, and a later call starts workers again', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    const flag = makeFlag();
    await task.add(0, 0);
    const held = task.hold(flag.buffer);
    task.stopWorkers();
    expect(task.getState().activeWorkers).toBe(1);
    flag.set(1);
    await held;
    expect(task.getState()).toMatchObject({ activeWorkers: 0, workerStatus: 'stopped' });
    expect(await task.add(2, 2)).toBe(4);
  });
});

test("the user's own messages, whatever they are, pass by in both directions", async () => {
  /** @type {any} */
  let made;
  const { task } = await makeTask({
    type: 'singleton',
    poolSize: undefined,
    worker: () => (made = worker('talks.js')()),
  });
  const heard = task.talk();
  /** @type {unknown[]} */
  const own = [];
  await new Promise((resolve) => {
    // The worker is made in a microtask of the call's.
    queueMicrotask(() =>
      made.on('message', (/** @type {any} */ message) => {
        if (!message?.type && !message?.cmd) own.push(message);
        if (message === 'text') resolve(undefined);
      })
    );
  });
  for (const message of [null, 7, 'end']) made.postMessage(message);
  expect(own).toEqual([null, undefined, 5, 'text']);
  expect(await heard).toEqual(expect.arrayContaining([null, 7, 'end']));
});

describe('buffers', () => {
  test('are transferred both ways', async () => {
    const { task } = await makeTask();
    const bytes = new Uint8Array(1 << 20).fill(3);
    const back = await task.echo(bytes);
    expect(bytes.byteLength).toBe(0);
    expect(back.byteLength).toBe(1 << 20);
    expect(back[5]).toBe(3);
  });

  test('are transferred wherever they are nested, also by a call that waits', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    const nested = { list: [new Map([['key', new Float32Array([1, 2])]])] };
    const view = /** @type {Float32Array} */ (nested.list[0].get('key'));
    const calls = [task.add(1, 1), task.echo(nested)];
    expect(view.byteLength).toBe(0);
    const [, back] = await Promise.all(calls);
    expect(Array.from(back.list[0].get('key'))).toEqual([1, 2]);
  });

  test('are cloned on demand', async () => {
    const { task } = await makeTask();
    const bytes = new Uint8Array([1, 2, 3]);
    const back = await task.with({ transfer: [], transferResult: false }).echo(bytes);
    expect(Array.from(bytes)).toEqual([1, 2, 3]);
    expect(Array.from(back)).toEqual([1, 2, 3]);
  });

  test('are only those listed, if there is a list', async () => {
    const { task } = await makeTask();
    const [one, two] = [new ArrayBuffer(8), new ArrayBuffer(8)];
    await task.with({ transfer: [one] }).echo([one, two]);
    expect(one.byteLength).toBe(0);
    expect(two.byteLength).toBe(8);
  });
});

describe('a failure', () => {
  test('arrives with its class, name, message, stack and cause', async () => {
    const { task } = await makeTask();
    const error = await rejection(task.fail());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('too wide');
    expect(error.stack).toContain('handlers.js');
    expect(error.cause).toBeInstanceOf(Error);
    expect(error.cause.message).toBe('the cause');
  });

  test('arrives with a custom name and its own cloneable properties', async () => {
    const { task } = await makeTask();
    const error = await rejection(task.failLater());
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'AppError', code: 42, details: { field: 'width' } });
    expect('callback' in error).toBe(false);
    expect(String(error)).toBe('AppError: no such picture');
  });

  test.each([[42], ['text'], [undefined], [null], [{ code: 'E' }]])(
    'that is no error arrives as it was: %p',
    async (value) => {
      const { task } = await makeTask();
      expect(await rejection(task.throwValue(value))).toEqual(value);
    }
  );

  test('that cannot be cloned is a DataCloneError', async () => {
    const { task } = await makeTask();
    expect((await rejection(task.throwFunction())).name).toBe('DataCloneError');
  });

  test('to clone arguments or a result is a DataCloneError, and the worker goes on', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    expect((await rejection(task.echo(() => {}))).name).toBe('DataCloneError');
    await task.add(0, 0);
    expect((await rejection(task.echo(() => {}))).name).toBe('DataCloneError');
    expect((await rejection(task.returnFunction())).name).toBe('DataCloneError');
    expect(await task.add(1, 2)).toBe(3);
    expect(task.getState()).toMatchObject({ inFlight: 0, pending: 0 });
  });

  test('of an unknown method names those that there are', async () => {
    const { task } = await makeTask();
    const error = await rejection(task.nope());
    expect(error.name).toBe('UnknownMethodError');
    expect(error.message).toContain("'nope'");
    expect(error.message).toContain("'add'");
    expect(error.methods).toEqual(await task.keys());
  });
});

describe('dispose', () => {
  test('rejects what is unfinished and what comes later', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    await task.add(0, 0);
    const flag = makeFlag();
    const calls = [task.hold(flag.buffer), task.add(1, 1)].map(rejection);
    task.dispose();
    for (const error of await Promise.all(calls)) expect(error.name).toBe('TaskDisposedError');
    expect((await rejection(task.add(1, 1))).name).toBe('TaskDisposedError');
    expect(task.getState()).toMatchObject({ inFlight: 0, pending: 0, activeWorkers: 0 });
  });

  test('of the runtime disposes every task, and may be called again', async () => {
    const runtime = await makeRuntime();
    const tasks = [1, 2].map(
      () =>
        /** @type {any} */ (
          runtime.defineTask({ type: 'parallel', worker: worker('handlers.js'), poolSize: 1 })
        )
    );
    const calls = tasks.map((task) => rejection(task.later(1, 10_000)));
    await Promise.all([runtime.dispose(), runtime.dispose()]);
    for (const error of await Promise.all(calls)) expect(error.name).toBe('TaskDisposedError');
    expect((await rejection(tasks[0].add(1, 1))).name).toBe('TaskDisposedError');
    expect(() => runtime.defineTask({ type: 'parallel', worker: worker('handlers.js') })).toThrow(
      'disposed'
    );
  });
});
