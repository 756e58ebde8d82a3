import { readFile } from 'node:fs/promises';

import { afterEach, describe, expect, test } from '@jest/globals';
import { toOtlp } from 'atelier-wasm/export';

import { runTraces } from './traces/scenario.js';
import { details, disposeAll, makeRuntime, makeTask, ours, rejection } from './support.js';

afterEach(disposeAll);

const traces = () => details().filter(({ spanId }) => spanId === undefined);
const spans = () => details().filter(({ spanId }) => spanId !== undefined);
const timer = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

describe('trace()', () => {
  test('returns what its function returns, and measures it after its spans', async () => {
    const { runtime, task } = await makeTask();
    const observed = /** @type {any[]} */ ([]);
    expect(
      await runtime.trace('sum', async (trace) => {
        observed.push(trace.id, trace.name);
        const a = await task.add(1, 2);
        return task.add(a, 3);
      })
    ).toBe(6);
    const [trace] = traces();
    expect(observed).toEqual([trace.traceId, 'sum']);
    expect(trace).toEqual({
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      traceName: 'sum',
      spanCount: 2,
      status: 'ok',
    });
    expect(spans()).toHaveLength(2);
    for (const span of spans()) {
      expect(span).toMatchObject({ traceId: trace.traceId, traceName: 'sum' });
    }
    expect(ours('mark')).toEqual([]);
  });

  test('takes a function alone, a synchronous one too', async () => {
    const { runtime } = await makeTask();
    expect(await runtime.trace(() => 5)).toBe(5);
    expect(traces()).toEqual([{ traceId: expect.any(String), spanCount: 0, status: 'ok' }]);
  });

  test('passes a failure on unchanged, and shows it', async () => {
    const { runtime, task } = await makeTask();
    const thrown = new TypeError('in the flow');
    expect(
      await rejection(
        runtime.trace('bad', async () => {
          await task.add(1, 1);
          throw thrown;
        })
      )
    ).toBe(thrown);
    expect(
      await rejection(
        runtime.trace('worse', () => {
          throw thrown;
        })
      )
    ).toBe(thrown);
    expect(await rejection(runtime.trace(() => Promise.reject(undefined)))).toBeUndefined();
    expect(traces().map(({ status, error }) => [status, error])).toEqual([
      ['error', 'TypeError: in the flow'],
      ['error', 'TypeError: in the flow'],
      ['error', 'undefined'],
    ]);
  });

  test('refuses what is no function', async () => {
    const { runtime } = await makeTask();
    expect(() => runtime.trace('name', /** @type {any} */ (undefined))).toThrow(TypeError);
    expect(() => runtime.trace(/** @type {any} */ (5))).toThrow(TypeError);
    expect(() => runtime.startTrace(/** @type {any} */ (5))).toThrow(TypeError);
    const trace = /** @type {any} */ (runtime.startTrace());
    expect(() => trace.end(5)).toThrow(new TypeError('end() takes { error } or nothing, not 5.'));
    expect(() => trace.end(null)).toThrow(TypeError);
    trace.end({});
  });
});

describe('a dispatch inherits the trace', () => {
  test('in the synchronous part, after our promises, and after combinators of them', async () => {
    const { runtime, task } = await makeTask();
    const helper = async () => {
      await task.add(1, 1);
      return task.add(1, 1);
    };
    await runtime.trace('one', async () => {
      task.add(0, 0);
      await task.add(0, 0);
      await Promise.all([helper(), helper()]);
      await Promise.allSettled([helper(), task.fail()]);
      const racers = [helper(), helper()];
      await Promise.race(racers);
      await Promise.all(racers);
      await Promise.any([task.add(1, 1), helper()]);
      await task.add(2, 2).then(() => task.add(3, 3));
      await helper();
    });
    await task.add(9, 9);
    const [trace] = traces();
    const outside = spans().filter(({ traceId }) => traceId !== trace.traceId);
    expect(outside).toHaveLength(1);
    expect(outside[0].traceId).toBeUndefined();
  });

  test('after any other await, while it is the only one open', async () => {
    const { runtime, task } = await makeTask();
    await runtime.trace('one', async () => {
      await timer(5);
      await task.add(1, 1);
    });
    expect(spans()[0].traceId).toBe(traces()[0].traceId);
    expect(spans()[0]).not.toHaveProperty('traceInferred');
  });

  test('outside of the only one that is open, and says that this is a guess', async () => {
    const { runtime, task } = await makeTask();
    const trace = runtime.startTrace('one');
    await task.add(1, 1);
    await trace.with(task).add(1, 1);
    expect(await task.context()).toMatchObject({ traceId: trace.id });
    trace.end();
    const [guessed, named] = spans();
    expect(guessed).toMatchObject({ traceId: trace.id, traceName: 'one', traceInferred: true });
    expect(named).not.toHaveProperty('traceInferred');
    const [exported] = toOtlp(ours('measure')).resourceSpans[0].scopeSpans[0].spans.filter(
      ({ name }) => name.endsWith('add')
    );
    expect(JSON.stringify(exported.attributes)).toContain('atelier.traceInferred');
  });

  test('that it is told, whatever is open', async () => {
    const { runtime, task } = await makeTask();
    const one = runtime.startTrace('one');
    const two = runtime.startTrace('two');
    await one.with(task).add(1, 1);
    await task.with({ trace: two }).add(2, 2);
    await two.run(() => task.add(3, 3));
    await one
      .with(task.with({ transfer: [] }))
      .with({ transferResult: false })
      .add(4, 4);
    expect(spans().map(({ traceName }) => traceName)).toEqual(['one', 'two', 'two', 'one']);
    one.end();
    two.end();
  });

  test('of its own after any other await, however many are open', async () => {
    const { runtime, task } = await makeTask();
    const flow = (/** @type {string} */ name) =>
      runtime.trace(name, async (trace) => {
        await timer(5);
        const { traceId } = await task.context();
        expect(traceId).toBe(trace.id);
        await runtime.trace('inner', () => timer(1));
      });
    await Promise.all([flow('one'), flow('two')]);
    const inner = traces().filter(({ traceName }) => traceName === 'inner');
    expect(inner.every(({ parentTraceId }) => parentTraceId !== undefined)).toBe(true);
  });

  test('of its own in many concurrent ones, where only our promises are awaited', async () => {
    const { runtime, task } = await makeTask({ poolSize: 2 });
    const flow = (/** @type {number} */ i) =>
      runtime.trace(`t${i}`, async (trace) => {
        const seen = [await task.context()];
        seen.push(...(await Promise.all([task.context(), task.context()])));
        seen.push(await runtime.trace('inner', () => task.context()));
        seen.push(await task.context());
        const ids = seen.map(({ traceId }) => traceId);
        const [inner] = ids.splice(3, 1);
        return [ids.every((id) => id === trace.id), inner !== trace.id && inner !== undefined];
      });
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => flow(i)));
    expect(results.flat().every(Boolean)).toBe(true);
    const inner = traces().filter(({ traceName }) => traceName === 'inner');
    expect(inner).toHaveLength(50);
    expect(new Set(inner.map(({ parentTraceId }) => parentTraceId)).size).toBe(50);
  });
});

test('hundreds of traces at once: every span is in its own', async () => {
  const { runtime, task } = await makeTask({ poolSize: 2, maxInFlight: 8 });
  const other = () => readFile(new URL(import.meta.url));
  const report = await runTraces(runtime, task, { traces: 200, steps: 6, seed: 1, other });
  expect(report).toEqual({ right: expect.any(Number), absent: 0, missing: 0, wrong: 0 });
  expect(report.right).toBeGreaterThan(3000);
});

describe('nested traces', () => {
  test('name their parent, and leave it active again', async () => {
    const { runtime, task } = await makeTask();
    await runtime.trace('outer', async () => {
      await task.echo('a');
      await runtime.trace('inner', async () => {
        await task.echo('b');
        await timer(2);
        await task.echo('c');
      });
      await task.echo('d');
      await timer(2);
      await task.echo('e');
    });
    const outer = traces().find(({ traceName }) => traceName === 'outer');
    const inner = traces().find(({ traceName }) => traceName === 'inner');
    expect(outer).toMatchObject({ spanCount: 3 });
    expect('parentTraceId' in outer).toBe(false);
    expect(inner).toMatchObject({ spanCount: 2, parentTraceId: outer.traceId });
    expect(spans().map(({ traceName }) => traceName)).toEqual([
      'outer',
      'inner',
      'inner',
      'outer',
      'outer',
    ]);
  });
});

describe('startTrace()', () => {
  test('ends once, with its outcome', async () => {
    const { runtime, task } = await makeTask();
    const trace = runtime.startTrace('drag');
    await task.add(1, 1);
    trace.end({ error: new Error('dropped outside') });
    trace.end();
    expect(traces()).toEqual([
      {
        traceId: trace.id,
        traceName: 'drag',
        spanCount: 1,
        status: 'error',
        error: 'Error: dropped outside',
      },
    ]);
  });

  test('can be disposed, which ends it', async () => {
    const { runtime } = await makeTask();
    runtime.startTrace('scope')[Symbol.dispose]();
    expect(traces()).toMatchObject([{ traceName: 'scope', status: 'ok' }]);
  });

  test('is ended with the runtime', async () => {
    const { runtime } = await makeTask();
    runtime.startTrace('left open');
    await runtime.dispose();
    expect(traces()).toMatchObject([{ traceName: 'left open', status: 'canceled' }]);
    expect(ours('mark')).toEqual([]);
  });

  test('is no trace of another runtime', async () => {
    const { task } = await makeTask();
    const stranger = (await makeRuntime()).startTrace();
    expect(() => task.with({ trace: stranger })).toThrow(/trace.*of the same runtime/);
    expect(() => stranger.with(task)).toThrow(TypeError);
    expect(() => stranger.with(/** @type {any} */ ({}))).toThrow('defineTask');
    stranger.end();
  });
});

// Node gives both the trace of an earlier caller: the scripts queued-generator-requests-share-a-context.sh and
// node-26-lock-waiter-has-the-holders-context.sh in findings/ show it without the package.
describe('trace.with(task) is right where Node takes the code for that of another trace', () => {
  const names = ['a', 'b', 'c'];

  test('in an async generator that several traces ask at once', async () => {
    const { runtime, task } = await makeTask();
    /** @type {AsyncGenerator<undefined, void, import('atelier-wasm').Trace>} */
    const answers = (async function* () {
      for (let trace = yield; ; trace = yield) await trace.with(task).add(1, 1);
    })();
    await answers.next();
    await Promise.all(names.map((name) => runtime.trace(name, (trace) => answers.next(trace))));
    expect(spans().map(({ traceName }) => traceName)).toEqual(names);
  });

  const { locks } = globalThis.navigator ?? {};
  (locks ? test : test.skip)('in a lock that another trace held before', async () => {
    const { runtime, task } = await makeTask();
    const useLock = (/** @type {import('atelier-wasm').Trace} */ trace) =>
      locks.request('atelier', () => trace.with(task).add(1, 1));
    await Promise.all(names.map((name) => runtime.trace(name, useLock)));
    expect(spans().map(({ traceName }) => traceName)).toEqual(names);
  });
});
