import { IS_LONG, PROGRAMS, SEED, TIMEOUT_MS } from '../js/test/callbacks/settings.js';
import { expect, test } from './fixtures.js';

test('a handler calls what its caller gave it, wherever it is', async ({ app }) => {
  const result = await app.evaluate(async () => {
    const { callback } = atelier;
    const runtime = await atelier.createTaskRuntime();
    /** @type {any} */
    const task = runtime.defineTask({ type: 'singleton', worker: workers.callbacks });
    const bytes = new Uint8Array([1, 2]);
    const element = document.createElement('p');
    const fn = callback((text = 'none') => (element.textContent += text));
    const nested = { list: [fn], map: new Map([[fn, { fn }]]), bytes };
    const lines = await task.describe(nested);
    const all = [
      lines,
      await task.call(fn, ' and more'),
      element.textContent,
      bytes.byteLength,
      await task.each(
        callback((i) => i * 2),
        100
      ),
      (await rejection(task.call(() => {}))).message,
      (await rejection(task.call({ fn, element }))).name,
      (await rejection(task.call(callback(() => element)))).message,
      await task.catches(
        callback(() => {
          throw new RangeError('no');
        })
      ),
    ];
    await runtime.dispose();
    return all;
  });
  const [lines, more, text, byteLength, doubled, bare, domNode, refused, thrown] = result;
  expect(lines).toEqual([
    '#0 ',
    '#0 Object, list: #1 , map: #2 , bytes: #3 ',
    '#1 Array 1, 0: #4 returns none',
    '#2 Map, #4, #5 ',
    '#3 Uint8Array, 1,2',
    '#5 Object, fn: #4',
  ]);
  expect([more, text]).toEqual(Array(2).fill('none and more'));
  expect(byteLength).toBe(0);
  expect(doubled).toEqual(Array.from({ length: 100 }, (_, i) => i * 2));
  expect(bare).toContain('Pass a function as callback(fn).');
  expect(domNode).toBe('DataCloneError');
  expect(refused).toMatch(/^The result of a callback of call\(\) cannot be cloned/);
  expect(thrown).toMatchObject({ name: 'RangeError', message: 'no' });
});

test('it ends with its call, and when that is cancelled', async ({ app, mode }) => {
  const result = await app.evaluate(async (isShared) => {
    const { callback } = atelier;
    const runtime = await atelier.createTaskRuntime();
    /** @type {any} */
    const task = runtime.defineTask({ type: 'singleton', worker: workers.callbacks });
    const never = () => new Promise(() => {});
    await task.keeps(callback(() => 1));
    await task.useKept();
    const after = await task.seen();

    const aborter = new AbortController();
    const waits = task.with({ signal: aborter.signal }).waits(
      callback(() => {
        aborter.abort();
        return never();
      })
    );
    const { name } = await rejection(waits);
    const cancelled = [];
    while (cancelled.length < 2) cancelled.push(...(await task.seen()));

    const items = [];
    for await (const item of task.items(
      callback(async (i) => i * 2),
      20
    )) {
      if (items.push(item) === 12) break;
    }
    let calls = 0;
    if (isShared) {
      // Which sees its cancellation while it loops.
      const spinner = new AbortController();
      const spins = task
        .with({ signal: spinner.signal, onProgress: () => spinner.abort() })
        .spins(callback(() => (calls += 1)));
      await rejection(spins);
    }
    const crashed = await rejection(task.crashesIf(callback(() => true)));
    const next = await task.call(callback(() => 'next'));
    await runtime.dispose();
    return { after, name, cancelled, items, calls, crashed: crashed.name, next };
  }, mode === 'shared-memory');
  expect(result).toEqual({
    after: ['true AbortError'],
    name: 'AbortError',
    cancelled: ['true AbortError', 'true AbortError'],
    items: Array.from({ length: 12 }, (_, i) => i * 2),
    calls: 0,
    crashed: 'WorkerCrashedError',
    next: 'next',
  });
});

test('what it dispatches is in the trace of its call, or in none', async ({ app }) => {
  const wrong = await app.evaluate(async () => {
    const { callback } = atelier;
    const runtime = await atelier.createTaskRuntime();
    /** @type {any} */
    const task = runtime.defineTask({ type: 'parallel', poolSize: 2, worker: workers.callbacks });
    /** @type {any} */
    const other = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
    const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
    /** @type {[string | undefined, string | undefined][]} */
    const traces = [];
    const ask = (/** @type {string | undefined} */ traceId, /** @type {boolean} */ waits) =>
      callback(async () => {
        traces.push([(await other.context()).traceId, traceId]);
        if (waits) await turn();
        traces.push([(await other.context()).traceId, traceId]);
      });
    const flow = () =>
      runtime.trace('flow', async (trace) => {
        for (let i = 0; i < 4; i++) await trace.with(task).call(ask(trace.id, i % 2 === 1));
      });
    // A call in no trace, and then one trace alone: what is not certain would count to that.
    const outside = task.each(ask(undefined, true), 50);
    await flow();
    await Promise.all([outside, flow(), flow()]);
    await runtime.dispose();
    return traces.filter(([is, right]) => is !== undefined && is !== right);
  });
  expect(wrong).toEqual([]);
});

test(`generated programs of callbacks: seed ${SEED}`, async ({ app }) => {
  test.setTimeout(TIMEOUT_MS);
  const { failures, ...counts } = await app.evaluate(
    ({ seed, programs }) => {
      const { callback, createTaskRuntime } = atelier;
      const makeWorker = workers.callbackPrograms;
      return runCallbackPrograms({ createTaskRuntime, callback, makeWorker, seed, programs });
    },
    { seed: SEED, programs: PROGRAMS }
  );
  if (IS_LONG) console.log(JSON.stringify(counts));
  expect(failures).toEqual([]);
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
});
