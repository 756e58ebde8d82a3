import { expect, test } from './fixtures.js';

test('calls reach handlers in two worker modules and come back', async ({ app }) => {
  const result = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 2 });
    const counter = runtime.defineTask({ type: 'singleton', worker: workers.counter });
    const sums = await Promise.all(Array.from({ length: 200 }, (_, i) => task.add(i, i)));
    await counter.increment();
    const count = await counter.increment();
    const entries = ours('measure').length;
    await runtime.dispose();
    return { sums, count, entries };
  });
  expect(result.sums).toEqual(Array.from({ length: 200 }, (_, i) => 2 * i));
  expect(result.count).toBe(2);
  expect(result.entries).toBe(202);
});

test('buffers are transferred both ways', async ({ app }) => {
  const result = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 1 });
    const bytes = new Uint8Array(16 << 20).fill(9);
    const back = await task.echo({ nested: [bytes] });
    const bitmap = await createImageBitmap(new ImageData(4, 4));
    const bitmapBack = await task.echo(bitmap);
    await runtime.dispose();
    return [bytes.byteLength, back.nested[0].byteLength, bitmap.width, bitmapBack.width];
  });
  expect(result).toEqual([0, 16 << 20, 0, 4]);
});

test('calls that getters make while arguments are cloned arrive, and so do those behind them', async ({
  app,
}) => {
  const { outer, inner, later } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({
      ...{ type: 'parallel', worker: workers.handlers, poolSize: 1, maxInFlight: 100 },
    });
    await task.echo(0);
    /** @type {Promise<any>[]} */
    const calls = [];
    const withGetter = (/** @type {number} */ depth) => ({
      map: new Map(), // posted in either mode
      get nested() {
        if (depth > 0) calls.push(task.echo(withGetter(depth - 1)));
        return depth;
      },
    });
    const first = task.echo(withGetter(3));
    const behind = [1, 2, 3].map((n) => task.echo(new Map([[n, n]])));
    const outer = (await first).nested;
    const inner = (await Promise.all(calls)).map(({ nested }) => nested);
    const later = await Promise.all(behind);
    await runtime.dispose();
    return { outer, inner, later: later.map((map) => [...map.keys()]) };
  });
  expect(outer).toBe(3);
  expect([...inner].sort()).toEqual([0, 1, 2]);
  expect(later).toEqual([[1], [2], [3]]);
});

test("the user's own messages go both ways, and nothing is printed about them", async ({ app }) => {
  const text = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({
      type: 'singleton',
      worker() {
        const worker = workers.counter();
        worker.addEventListener('message', ({ data }) => {
          if (data?.cmd === 'ask') worker.postMessage({ cmd: 'answer', text: 'yes' });
        });
        return worker;
      },
    });
    const answer = await task.ask();
    await runtime.dispose();
    return answer;
  });
  expect(text).toBe('yes');
});

test('failures arrive whole', async ({ app }) => {
  const [range, custom, unknown, clone] = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 1 });
    const failures = [task.fail(), task.failLater(), task.nope(), task.echo(() => {})];
    const results = await Promise.all(failures.map(rejection));
    await runtime.dispose();
    return results;
  });
  expect(range).toMatchObject({ name: 'RangeError', message: 'too wide' });
  expect(range.cause).toBe('Error: the cause');
  expect(custom).toMatchObject({ name: 'AppError', code: 42 });
  expect(unknown.name).toBe('UnknownMethodError');
  expect(unknown.message).toContain("'add'");
  expect(clone.name).toBe('DataCloneError');
});

test('the stack of a failure goes on with the code that awaits the call', async ({ app }) => {
  const { stack, reaches } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 1 });
    const failsIn = async (/** @type {() => Promise<any>} */ call) => await call();
    const stack = String((await rejection(failsIn(() => task.fail()))).stack);
    const own = async () => {
      await undefined;
      throw new Error('here');
    };
    const reaches = String((await rejection(failsIn(own))).stack).includes('async failsIn');
    await runtime.dispose();
    return { stack, reaches };
  });
  expect(stack.includes('async failsIn')).toBe(reaches); // as the engine's own does
});

test('what cannot be cloned is named, and the argument found', async ({ app }) => {
  const messages = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({
      type: 'parallel',
      taskId: 'resize',
      worker: workers.handlers,
      poolSize: 1,
    });
    const refused = () => [{ inner: new Map([['key', new Proxy({}, {})]]) }];
    const first = rejection(task.echo({ deep: [1] }, new ArrayBuffer(8), refused()));
    const waiting = rejection(task.echo(new MessageChannel().port1, document.body));
    const errors = [await first, await waiting];
    errors.push(
      await rejection(task.echo(new ArrayBuffer(8), { port: new MessageChannel().port1 }, () => {}))
    );
    errors.push(await rejection(task.echo(refused())));
    errors.push(await rejection(task.returnFunction()), await rejection(task.returnProxy()));
    errors.push(await rejection(task.reportFunction()));
    const sum = await task.add(1, 2);
    await runtime.dispose();
    return [...errors.map(({ name, message }) => `${name}: ${message}`), sum];
  });
  const starts = [
    'Argument 3 of echo',
    'Argument 2 of echo',
    'Argument 3 of echo',
    'Argument 1 of echo',
    'The result of returnFunction',
    'The result of returnProxy',
    'A progress value of reportFunction',
  ];
  expect(messages).toEqual([
    ...starts.map((start) => expect.stringContaining(`DataCloneError: ${start}() `)),
    3,
  ]);
});

test('a busy synchronous handler sees its cancellation', async ({ app, mode }) => {
  test.skip(mode === 'messages', 'only shared memory tells a handler that never yields');
  const result = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 1 });
    const flag = new SharedArrayBuffer(4);
    const seen = new Int32Array(flag);
    const controller = new AbortController();
    const call = rejection(task.with({ signal: controller.signal }).spin(flag));
    await Atomics.waitAsync(seen, 0, 0).value;
    controller.abort();
    const { name } = await call;
    await Atomics.waitAsync(seen, 0, 1).value;
    const next = await task.add(1, 2);
    const state = task.getState();
    await runtime.dispose();
    return { name, next, state };
  });
  expect(result).toMatchObject({ name: 'AbortError', next: 3 });
  expect(result.state).toMatchObject({ inFlight: 0, pending: 0, activeWorkers: 1 });
});

test('calls made after dispose reject', async ({ app }) => {
  const result = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 1 });
    const unfinished = rejection(task.later(1, 60_000));
    await runtime.dispose();
    return [await unfinished, await rejection(task.add(1, 1))].map(({ name }) => name);
  });
  expect(result).toEqual(['TaskDisposedError', 'TaskDisposedError']);
});

for (const [worker, cause] of /** @type {[string, RegExp][]} */ ([
  ['missing', /could not be loaded/],
  ['throws', /broken at start/],
])) {
  test(`a worker whose script ${worker} rejects its calls within a second`, async ({
    page,
    appUrl,
  }) => {
    await page.goto(appUrl);
    const { results, statuses, afterMs } = await page.evaluate(async (name) => {
      let failedAt = Infinity;
      const makeWorker = () => {
        const made = workers[name]();
        made.addEventListener('error', () => (failedAt = Math.min(failedAt, performance.now())));
        return made;
      };
      const runtime = await atelier.createTaskRuntime();
      const task = runtime.defineTask({ type: 'parallel', worker: makeWorker, poolSize: 1 });
      const results = await Promise.all([task.a(), task.b(), task.c()].map(rejection));
      const afterMs = performance.now() - failedAt;
      const statuses = ours('measure').map(({ detail }) => detail.status);
      await runtime.dispose();
      return { results, statuses, afterMs };
    }, worker);
    expect(statuses).toEqual(['error', 'error', 'error']);
    for (const error of results) {
      expect(error.name).toBe('WorkerCrashedError');
      expect(error.cause).toMatch(cause);
    }
    expect(afterMs).toBeGreaterThanOrEqual(0);
    expect(afterMs).toBeLessThan(1000);
  });
}

test('a page that is isolated, but has no SharedArrayBuffer, goes by messages', async ({ app }) => {
  const { mode, sum, error } = await app.evaluate(async () => {
    Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
    const error = await rejection(atelier.createTaskRuntime({ isolation: 'required' }));
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
    const sum = await task.add(1, 2);
    await runtime.dispose();
    return { mode: runtime.mode, sum, error };
  });
  expect([mode, sum, error.name]).toEqual(['messages', 3, 'NotIsolatedError']);
});
