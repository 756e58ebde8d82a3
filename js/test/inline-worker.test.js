/** @file Workers that run in the test's own thread: calls are as on real ones. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { inlineWorker } from 'atelier-wasm/testing';

import { details, disposeAll, makeRuntime, makeTask, rejection } from './support.js';

afterEach(async () => {
  jest.useRealTimers();
  await disposeAll();
});

const inline = (/** @type {string} */ file) => () =>
  inlineWorker(() => import(`./workers/${file}`));

/** @param {Partial<import('atelier-wasm').TaskConfig>} [config] */
const make = (config) => makeTask({ worker: inline('handlers.js'), ...config });

describe('calls on an inline worker', () => {
  test('clone and transfer', async () => {
    const { task } = await make();
    const value = { nested: [new Map([[1, new Date(0)]])] };
    const echoed = await task.echo(value);
    expect(echoed).toEqual(value);
    expect(echoed).not.toBe(value);
    const bytes = new Uint8Array(5_000).fill(3);
    expect(await task.byteLength(bytes)).toBe(5_000);
    expect(bytes.byteLength).toBe(0);
    expect(await task.bufferOf(70_000)).toEqual(new Uint8Array(70_000).fill(7));
    expect((await rejection(task.echo(() => {}))).name).toBe('DataCloneError');
    expect((await rejection(task.returnFunction())).name).toBe('DataCloneError');
  });

  test('are as many as there are', async () => {
    const { runtime, task } = await make({ poolSize: 3 });
    const many = Array.from({ length: 2_000 }, (_, index) => task.add(index, 1));
    const sums = await Promise.all(many);
    expect(sums.every((sum, index) => sum === index + 1)).toBe(true);
    expect(runtime.getRuntimeSnapshot().tasks[0].activeWorkers).toBe(3);
  });

  test('fail as on a real one', async () => {
    const { task } = await make();
    const error = await rejection(task.fail());
    expect(error).toBeInstanceOf(RangeError);
    expect(error.cause.message).toBe('the cause');
    expect(await rejection(task.failLater())).toMatchObject({ name: 'AppError', code: 42 });
    expect((await rejection(task.nothing())).name).toBe('UnknownMethodError');
  });

  test('stream and report', async () => {
    const { task } = await make();
    const items = [];
    for await (const item of task.count(30)) items.push(item);
    expect(items).toHaveLength(30);
    for await (const item of task.count(1_000)) if (item === 3) break;
    /** @type {number[]} */
    const steps = [];
    const onProgress = (/** @type {number} */ step) => steps.push(step);
    expect(await task.with({ onProgress }).steps(3)).toBe('done');
    expect(steps).toEqual([0, 1, 2]);
  });

  test('are cancelled', async () => {
    const { task } = await make({ poolSize: 1 });
    const controller = new AbortController();
    const heeded = rejection(task.with({ signal: controller.signal }).heed());
    await task.with({ signal: new AbortController().signal }).getState();
    const queued = rejection(task.with({ signal: controller.signal }).echo(1));
    setTimeout(() => controller.abort(), 20);
    expect((await heeded).name).toBe('AbortError');
    expect((await queued).name).toBe('AbortError');
    expect(await task.echo(2)).toBe(2);
  });

  test('are in the timeline', async () => {
    const { runtime, task } = await make();
    await runtime.trace('inline', () => task.later('value', 20));
    const [span, trace] = details().sort((a) => (a.spanId ? -1 : 1));
    expect(span).toMatchObject({ method: 'later', status: 'ok', workerIndex: 0 });
    expect(span.executionMs).toBeGreaterThanOrEqual(19);
    expect(span.traceId).toBe(trace.traceId);
    expect((await task.context()).spanId).toMatch(/^[0-9a-f]{16}$/);
  });

  test('are on new workers when the old ones have ended', async () => {
    const { task } = await make({ poolSize: 1, terminateAfterMs: 10 });
    const late = rejection(task.with({ timeoutMs: 10 }).later('late', 60));
    expect((await late).name).toBe('TimeoutError');
    expect(await task.echo(1)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 80)); // the old one's handler ends now
    task.stopWorkers();
    expect(await task.echo(2)).toBe(2);
  });
});

test('timeoutMs follows the test’s clock, as handlers do', async () => {
  const { task } = await make({ poolSize: 3 });
  await task.echo(0);
  jest.useFakeTimers();
  const late = rejection(task.with({ timeoutMs: 60_000 }).heed());
  const later = task.later('after an hour', 3_600_000);
  await task.echo(1);
  jest.advanceTimersByTime(60_000);
  expect((await late).name).toBe('TimeoutError');
  jest.advanceTimersByTime(3_600_000);
  expect(await later).toBe('after an hour');
});

describe('a module', () => {
  test('has the mocks and the state of the test', async () => {
    const { task } = await make({ poolSize: 4 });
    const counts = await Promise.all(Array.from({ length: 8 }, () => task.increment()));
    expect(new Set(counts).size).toBe(8);
  });

  test('is bound to its own workers, whatever is imported meanwhile', async () => {
    const runtime = await makeRuntime();
    const tasks = ['handlers.js', 'streams.js', 'with-context.js'].map(
      (file) => /** @type {any} */ (runtime.defineTask({ type: 'singleton', worker: inline(file) }))
    );
    const errors = await Promise.all(tasks.map((task) => rejection(task.nothing())));
    const [methods, ...others] = errors.map((error) => error.methods?.join() ?? error.message);
    expect(methods).toContain('throwOutside');
    expect(others[0]).not.toBe(methods);
    expect(others[1]).toContain('scale');
  });

  test('that fails, or exposes nothing, is a crash that says why', async () => {
    const failing = await make({ worker: inline('throws-at-start.js'), crashMaxRetries: 0 });
    expect(await rejection(failing.task.fn())).toMatchObject({ name: 'WorkerCrashedError' });
    const missing = await make({ worker: inline('no-such-file.js'), crashMaxRetries: 0 });
    expect((await rejection(missing.task.fn())).message).toContain('no-such-file.js');
    const silent = await make({ worker: inline('never-exposes.js'), crashMaxRetries: 0 });
    expect((await rejection(silent.task.fn())).message).toContain('did not call expose()');
    const nothing = await make({
      worker: () => inlineWorker(/** @type {any} */ (() => {})),
      crashMaxRetries: 0,
    });
    expect((await rejection(nothing.task.fn())).message).toContain(
      'must return what import() gives'
    );
    const wrong = await make({
      worker: () => inlineWorker(/** @type {any} */ ('x.js')),
      crashMaxRetries: 0,
    });
    expect((await rejection(wrong.task.fn())).cause.message).toContain('takes a function');
  });
});

test('a worker that ends while its module is imported is in the way of none', async () => {
  const loading = async (/** @type {string} */ file) => {
    /** @type {any} */
    const steps = {};
    const begun = new Promise((resolve) => (steps.begin = resolve));
    const gate = new Promise((resolve) => (steps.goOn = resolve));
    const load = async () => {
      steps.begin();
      await gate;
      return import(`./workers/${file}`);
    };
    const { task } = await make({ worker: () => inlineWorker(load), crashMaxRetries: 0 });
    const call = task.add(1, 2);
    call.catch(() => {});
    await begun;
    return { task, call, goOn: steps.goOn };
  };
  const ended = await loading('no-such-file.js');
  ended.task.dispose();
  const next = await loading('streams.js');
  ended.goOn();
  await new Promise((resolve) => setTimeout(resolve, 50)); // until its import has failed
  next.goOn();
  expect(await next.call).toBe(3);
});

test('expose() outside of that does nothing but warn', async () => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const { expose } = await import('atelier-wasm/worker');
  expose({ fn: () => 1 });
  expect(warn.mock.calls[0][0]).toContain('no dedicated worker');
  warn.mockRestore();
});
