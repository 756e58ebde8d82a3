import { afterEach, describe, expect, test } from '@jest/globals';

import { runModule } from './child-process.js';
import { disposeAll, makeFlag, makeTask, MODE, rejection, testShared } from './support.js';

afterEach(disposeAll);

test('drain() accepts nothing new and resolves when all earlier calls have settled', async () => {
  const { runtime, task } = await makeTask({ poolSize: 1 });
  const flag = makeFlag();
  const calls = [task.hold(flag.buffer), task.add(1, 2), rejection(task.fail())];
  let drained = false;
  const drain = runtime.drain().then(() => (drained = true));
  expect((await rejection(task.add(1, 1))).name).toBe('TaskDisposedError');
  expect(drained).toBe(false);
  flag.set(1);
  await drain;
  expect(task.getState()).toMatchObject({ pending: 0, waiting: 0 });
  expect((await Promise.all(calls))[1]).toBe(3);
});

test('drain() resolves after the callers have heard how their calls ended', async () => {
  const { runtime, task } = await makeTask({ poolSize: 1 });
  let heard = 0;
  const hears = async (/** @type {Promise<unknown>} */ call) => {
    await call.catch(() => {});
    heard += 1;
  };
  const count = async () => {
    for await (const item of task.count(2)) expect(item).toBeLessThan(2);
  };
  hears(task.add(1, 2));
  hears(task.fail());
  hears(count());
  hears(task.fail());
  await runtime.drain();
  expect(heard).toBe(4);
});

test('idleTimeoutMs ends workers that have nothing to do, and calls start them again', async () => {
  const { task } = await makeTask({ poolSize: 1, idleTimeoutMs: 10 });
  await task.add(1, 1);
  while (task.getState().activeWorkers > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(task.getState().workerStatus).toBe('stopped');
  expect(await task.add(1, 2)).toBe(3);
});

test('Infinity as a duration means never', async () => {
  const { task } = await makeTask({
    poolSize: 1,
    idleTimeoutMs: Infinity,
    terminateAfterMs: Infinity,
    timeoutMs: Infinity,
  });
  const flag = makeFlag();
  const controller = new AbortController();
  await task.add(1, 1);
  const { signal } = controller;
  const onProgress = () => controller.abort();
  await rejection(task.with({ signal, onProgress }).hold(flag.buffer));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(task.getState()).toMatchObject({ activeWorkers: 1, inFlight: 1 });
  flag.set(1);
  expect(await task.add(1, 2)).toBe(3);
});

test('tasks and runtimes can be disposed by their scope', async () => {
  const { runtime, task } = await makeTask({ poolSize: 1 });
  const unfinished = rejection(task.later(1, 60_000));
  task[Symbol.dispose]();
  expect((await unfinished).name).toBe('TaskDisposedError');
  await runtime[Symbol.asyncDispose]();
  expect((await rejection(task.add(1, 1))).name).toBe('TaskDisposedError');
});

test('progress reaches the caller while the handler runs', async () => {
  const { task } = await makeTask();
  /** @type {number[]} */
  const seen = [];
  const result = await task
    .with({ onProgress: (/** @type {number} */ value) => seen.push(value) })
    .steps(4);
  expect(seen).toEqual([0, 1, 2, 3]);
  expect(result).toBe('done');
  expect(await task.steps(2)).toBe('done'); // nobody listens
});

/** A process of its own has no part in Jest's configuration. */
const PACKAGE =
  MODE === 'messages' ? new URL('./messages/atelier.js', import.meta.url) : 'atelier-wasm';
const WORKER = new URL('./workers/handlers.js', import.meta.url);

describe('a process', () => {
  const program = (/** @type {string} */ body, first = '', config = '') => `
    ${first}
    import { Worker } from 'node:worker_threads';
    const { createTaskRuntime } = await import('${PACKAGE}');
    const runtime = await createTaskRuntime();
    const task = runtime.defineTask({
      type: 'parallel',
      poolSize: 2,
      worker: () => new Worker(new URL('${WORKER}'), {
        execArgv: [],
      }),
      ${config}
    });
    ${body}`;
  const run = (/** @type {string} */ body, first = '', config = '') =>
    runModule(program(body, first, config));

  test('ends by itself when nothing is in flight', async () => {
    const stdout = await run('console.log(await task.add(1, 2));');
    expect(stdout).toBe('3\n');
  });

  test('ends by itself after a call that could not be posted', async () => {
    const stdout = await run(
      'await task.add(1, 2); await task.echo(() => {}).catch((error) => console.log(error.name));'
    );
    expect(stdout).toBe('DataCloneError\n');
  });

  test('does not wait for the time-outs of idle workers and of calls that have stopped', async () => {
    const body = `
      const given = new AbortController();
      const flag = new SharedArrayBuffer(4);
      const call = task.with({ signal: given.signal }).untilAborted(flag);
      await task.add(1, 2);
      given.abort(new Error('given up'));
      await call.catch((error) => console.log(error.message));`;
    const stdout = await run(body, '', 'idleTimeoutMs: 60_000, terminateAfterMs: 60_000');
    expect(stdout).toBe('given up\n');
  });

  testShared('is told of results by messages where there is no Atomics.waitAsync', async () => {
    const body = `
        let sum = 0;
        for (let i = 0; i < 200; i++) sum += await task.add(i, 1);
        const results = await Promise.all(Array.from({ length: 2000 }, (_, i) => task.add(i, 1)));
        await new Promise((resolve) => setTimeout(resolve, 20)); // the workers are in their event loops
        console.log(sum, results.length, await task.later('late', 5), await task.add(1, 1));`;
    const stdout = await run(body, 'delete Atomics.waitAsync;');
    expect(stdout).toBe('20100 2000 late 2\n');
  });

  test('waits for calls that are', async () => {
    const stdout = await run('task.later("late", 50).then(console.log); task.add(1, 1);');
    expect(stdout).toBe('late\n');
  });
});
