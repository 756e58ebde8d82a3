import { expect, test } from './fixtures.js';

test('a handler that is a generator gives an async iterable', async ({ app, mode }) => {
  test.skip(mode === 'messages', 'the handler counts its items in shared memory');
  const { items, stopped, states, spans } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.streams });
    const items = [];
    for await (const item of task.countLater(20)) items.push(item);
    const flag = new SharedArrayBuffer(4);
    const produced = new Int32Array(flag);
    let stopped = 0;
    for await (const item of task.produce(flag)) {
      stopped = item;
      if (Atomics.load(produced, 0) > item + 8) throw new Error('it runs ahead');
      if (item === 30) break;
    }
    while (Atomics.load(produced, 0) !== -1) await new Promise((resolve) => setTimeout(resolve));
    await task.add(1, 2);
    const states = task.getState();
    await runtime.dispose();
    return { items, stopped, states, spans: ours('measure').map(({ detail }) => detail) };
  });
  expect(items).toEqual(Array.from({ length: 20 }, (_, i) => i));
  expect(stopped).toBe(30);
  expect(states).toMatchObject({ inFlight: 0, pending: 0, totalDispatched: 3 });
  expect(spans.map(({ method, status }) => [method, status])).toEqual([
    ['countLater', 'ok'],
    ['produce', 'canceled'],
    ['add', 'ok'],
  ]);
});

test('a caller that stops gets what a finally throws', async ({ app }) => {
  const { names, spans } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.streams, maxInFlight: 3 });
    const leave = async (/** @type {AsyncIterable<unknown>} */ stream) => {
      for await (const item of stream) if (item === 1) break;
    };
    const names = [];
    for (const method of ['failsToEnd', 'failsToEndLater']) {
      names.push((await rejection(leave(task[method]()))).name);
    }
    await leave(task.throwsItsReason());
    await leave(task.stalls());
    const controller = new AbortController();
    const stream = await task.with({ signal: controller.signal }).neverEnds();
    await stream.next();
    const returned = stream.return();
    controller.abort();
    await returned;
    await runtime.dispose();
    return { names, spans: ours('measure').map(({ detail }) => detail) };
  });
  expect(names).toEqual(['RangeError', 'RangeError']);
  expect(spans.map(({ status, errorName }) => [status, errorName])).toEqual([
    ['error', 'RangeError'],
    ['error', 'RangeError'],
    ['canceled', 'AbortError'],
    ['canceled', 'AbortError'],
    ['canceled', 'AbortError'],
  ]);
});

test('its items are transferred, and come in their trace', async ({ app }) => {
  const result = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const streams = runtime.defineTask({ type: 'singleton', worker: workers.streams });
    const other = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
    const flow = (/** @type {number} */ count) =>
      runtime.trace('flow', async (trace) => {
        const right = [];
        for await (const bytes of await trace.with(streams).buffers(count)) {
          const { traceId } = await other.context();
          right.push(bytes.byteLength === 1024 && traceId === trace.id);
        }
        return right;
      });
    const results = await Promise.all([flow(20), flow(20)]);
    await runtime.dispose();
    return results.flat();
  });
  expect(result).toEqual(Array(40).fill(true));
});
