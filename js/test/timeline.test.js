import { afterEach, describe, expect, test } from '@jest/globals';

import { details, disposeAll, makeFlag, makeTask, ours, rejection } from './support.js';

afterEach(disposeAll);

/**
 * Observes until `count` entries have come, or until what is on its way has been delivered.
 * @param {PerformanceObserverInit} init
 */
function observe(init) {
  /** @type {any[]} */
  const seen = [];
  const observer = new PerformanceObserver((list) =>
    seen.push(...list.getEntries().filter(({ name }) => name.startsWith('atelier:')))
  );
  observer.observe(init);
  return {
    /** @param {number} count */
    async collected(count) {
      while (seen.length < count) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 20));
      observer.disconnect();
      return seen;
    },
  };
}

describe('an observer', () => {
  test('of measures sees one for each call, with all of its detail', async () => {
    const observer = observe({ entryTypes: ['measure'] });
    const { task } = await makeTask({ taskId: 'resize', taskName: 'Resize' });
    await task.add(1, 2);
    const [entry, ...more] = await observer.collected(1);
    expect(more).toEqual([]);
    const { spanId } = entry.detail;
    expect(spanId).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    expect(entry.name).toBe(`atelier:span:${spanId}`);
    expect(entry.detail).toEqual({
      spanId,
      taskId: 'resize',
      taskName: 'Resize',
      taskType: 'parallel',
      method: 'add',
      workerIndex: 0,
      queueWaitMs: expect.any(Number),
      executionMs: expect.any(Number),
      attemptCount: 1,
      status: 'ok',
    });
    expect(entry.detail).toEqual(JSON.parse(JSON.stringify(entry.detail)));
  });

  test('of marks and measures sees start, end and measure of each call', async () => {
    const observer = observe({ entryTypes: ['mark', 'measure'] });
    const { task } = await makeTask({ taskId: 'resize' });
    await task.add(1, 2);
    const seen = await observer.collected(3);
    expect(seen).toHaveLength(3);
    const measure = seen.find(({ entryType }) => entryType === 'measure');
    const start = seen.find(({ name }) => name === `${measure.name}:start`);
    const end = seen.find(({ name }) => name === `${measure.name}:end`);
    const { spanId } = measure.detail;
    expect(start.detail).toEqual({ spanId, taskId: 'resize', method: 'add' });
    expect(end.detail).toBeNull();
    expect(start.startTime).toBe(measure.startTime);
    expect(end.startTime).toBeCloseTo(measure.startTime + measure.duration, 6);
  });

  test('that comes late sees earlier measures if it asks for them', async () => {
    const { task } = await makeTask();
    await task.add(1, 2);
    const seen = await observe({ type: 'measure', buffered: true }).collected(1);
    expect(seen.map(({ detail }) => detail.method)).toEqual(['add']);
  });

  test('sees the trace with its start and end too', async () => {
    const observer = observe({ entryTypes: ['mark', 'measure'] });
    const { runtime, task } = await makeTask();
    await runtime.trace('work', () => task.add(1, 2));
    const names = (await observer.collected(6)).map(({ name }) =>
      name.replace(/[0-9a-f]{32}/, 'T').replace(/[0-9a-f]{16}/, 'S')
    );
    expect(names.sort()).toEqual([
      'atelier:span:S',
      'atelier:span:S:end',
      'atelier:span:S:start',
      'atelier:trace:T',
      'atelier:trace:T:end',
      'atelier:trace:T:start',
    ]);
  });
});

describe('the timeline', () => {
  test('has the measure before the caller goes on, and no mark', async () => {
    const { task } = await makeTask();
    const { spanId } = await task.context();
    expect(performance.getEntriesByName(`atelier:span:${spanId}`)).toHaveLength(1);
    expect(ours('mark')).toEqual([]);
  });

  test('has a start mark for each open call, up to a thousand', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    const flag = makeFlag();
    const calls = [task.hold(flag.buffer)];
    expect(ours('mark')).toHaveLength(1);
    for (let i = 0; i < 1200; i++) calls.push(task.echo(i));
    expect(ours('mark')).toHaveLength(1000);
    const observer = observe({ entryTypes: ['mark', 'measure'] });
    flag.set(1);
    await Promise.all(calls);
    expect(ours('mark')).toEqual([]);
    const seen = await observer.collected(201 + 1201 * 2);
    const measures = seen.filter(({ entryType }) => entryType === 'measure');
    expect(measures).toHaveLength(1201);
    const starts = seen.filter(({ name }) => name.endsWith(':start'));
    expect(starts).toHaveLength(201); // the others were made before the observer was
    for (const start of starts) {
      const measure = measures.find(({ name }) => `${name}:start` === start.name);
      expect(start.startTime).toBe(measure.startTime);
    }
  });

  test('shows every kind of end', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    const controller = new AbortController();
    await rejection(task.fail());
    await rejection(task.nope());
    await rejection(task.echo(() => {}));
    const aborted = rejection(task.with({ signal: controller.signal }).later(1, 10_000));
    controller.abort();
    await aborted;
    const flag = makeFlag();
    const disposed = [rejection(task.hold(flag.buffer)), rejection(task.add(1, 1))];
    task.dispose();
    await Promise.all(disposed);
    await rejection(task.add(1, 1));
    expect(details().map(({ method, status, errorName }) => [method, status, errorName])).toEqual([
      ['fail', 'error', 'RangeError'],
      ['nope', 'error', 'UnknownMethodError'],
      ['echo', 'error', 'DataCloneError'],
      ['later', 'canceled', 'AbortError'],
      ['hold', 'canceled', 'TaskDisposedError'],
      ['add', 'canceled', 'TaskDisposedError'],
      ['add', 'error', 'TaskDisposedError'],
    ]);
    expect(details()[0].error).toBe('RangeError: too wide');
    expect(ours('mark')).toEqual([]);
  });

  test('keeps what is not ours', async () => {
    performance.mark('theirs');
    performance.measure('theirs', 'theirs');
    const { runtime, task } = await makeTask({}, { spans: { retain: 0 } });
    await task.add(1, 1);
    runtime.clearMeasures();
    expect(performance.getEntriesByName('theirs')).toHaveLength(2);
    performance.clearMarks('theirs');
    performance.clearMeasures('theirs');
  });

  test('never holds arguments or results', async () => {
    const { task } = await makeTask();
    await task.echo({ secret: 'secret' });
    await rejection(task.throwValue({ secret: 'secret' }));
    expect(JSON.stringify(details())).not.toContain('secret');
  });

  test('is no reason for a call to fail', async () => {
    const { measure } = performance;
    performance.measure = () => {
      throw new Error('broken by the page');
    };
    try {
      const { runtime, task } = await makeTask();
      expect(await runtime.trace(() => task.add(1, 2))).toBe(3);
    } finally {
      performance.measure = measure;
    }
  });
});

describe('times', () => {
  test('of 100 mixed calls match what the handlers measured themselves', async () => {
    const { task } = await makeTask({ poolSize: 2 });
    await Promise.all([task.add(0, 0), task.add(0, 0)]);
    const calls = Array.from({ length: 100 }, async (_, i) => {
      const ms = i % 5;
      return i % 2 ? task.busy(ms) : { ms: (await task.later(ms, ms)) ?? ms };
    });
    const measured = await Promise.all(calls);
    const spans = ours('measure').slice(-100);
    expect(spans).toHaveLength(100);
    spans.forEach(({ duration, detail }, i) => {
      const { queueWaitMs, executionMs, status } = detail;
      expect(status).toBe('ok');
      expect(queueWaitMs).toBeGreaterThanOrEqual(0);
      expect(queueWaitMs + executionMs).toBeLessThanOrEqual(duration + 0.005);
      expect(executionMs).toBeGreaterThanOrEqual(measured[i].ms - 1.1); // setTimeout's own grain
      if (i % 2) expect(executionMs).toBeGreaterThanOrEqual(measured[i].ms);
    });
  });

  test('tell the wait in the queue from the work', async () => {
    const { task } = await makeTask({ poolSize: 1 });
    await task.add(0, 0);
    await Promise.all([task.busy(30), task.busy(10)]);
    const [, first, second] = details();
    expect(first.executionMs).toBeGreaterThanOrEqual(30);
    expect(second.queueWaitMs).toBeGreaterThanOrEqual(first.executionMs);
    expect(second.executionMs).toBeGreaterThanOrEqual(10);
  });
});

describe('span options', () => {
  test('spans: false makes no entry, and calls work', async () => {
    const { runtime, task } = await makeTask({}, { spans: false });
    const context = await runtime.trace('quiet', () => task.context());
    expect(context.spanId).toBeUndefined();
    expect(context.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(ours('measure')).toEqual([]);
    expect(task.getState().totalDispatched).toBe(1);
  });

  test('marks: false makes one measure for a span and no marks', async () => {
    const observer = observe({ entryTypes: ['mark', 'measure'] });
    const { runtime, task } = await makeTask({}, { spans: { marks: false } });
    await runtime.trace(() => task.add(1, 1));
    const seen = await observer.collected(2);
    expect(seen.map(({ entryType }) => entryType)).toEqual(['measure', 'measure']);
  });

  test('sampleRate takes whole traces in or out', async () => {
    const { runtime, task } = await makeTask({}, { spans: { sampleRate: 0.5 } });
    for (let i = 0; i < 60; i++) {
      await runtime.trace(`t${i}`, () => Promise.all([task.add(1, 1), task.add(1, 1)]));
    }
    const traces = details().filter(({ spanId }) => !spanId);
    const spans = details().filter(({ spanId }) => spanId);
    expect(traces.length).toBeGreaterThan(10);
    expect(traces.length).toBeLessThan(50);
    expect(spans).toHaveLength(2 * traces.length);
    const ids = new Set(traces.map(({ traceId }) => traceId));
    expect(spans.every(({ traceId }) => ids.has(traceId))).toBe(true);
  });

  test('retain bounds the measures kept, and an observer misses none', async () => {
    const observer = observe({ entryTypes: ['measure'] });
    const { task } = await makeTask({}, { spans: { retain: 3 } });
    for (let i = 0; i < 10; i++) await task.echo(i);
    expect(ours('measure')).toHaveLength(3);
    expect(await observer.collected(10)).toHaveLength(10);
  });

  test('retain is bounded by default', async () => {
    const { task } = await makeTask();
    await Promise.all(Array.from({ length: 1100 }, () => task.add(1, 1)));
    expect(ours('measure')).toHaveLength(1000);
  });
});

describe('clearMeasures', () => {
  test('selects by task, trace and span, and touches no other runtime', async () => {
    const { task: other } = await makeTask({ taskId: 'a' });
    const { runtime, task } = await makeTask({ taskId: 'a' });
    await other.add(1, 1);
    const { spanId } = await task.context();
    const { traceId } = await runtime.trace(() => task.context());
    expect(ours('measure')).toHaveLength(4);
    runtime.clearMeasures({ traceId: 'f'.repeat(32) });
    runtime.clearMeasures({ traceId: 'not an id' });
    runtime.clearMeasures({ taskId: 'b' });
    expect(ours('measure')).toHaveLength(4);
    runtime.clearMeasures({ spanId });
    expect(ours('measure')).toHaveLength(3);
    runtime.clearMeasures({ traceId, taskId: 'a' });
    expect(details().map((detail) => detail.spanId && detail.method)).toEqual(['add', undefined]);
    runtime.clearMeasures();
    expect(details()).toHaveLength(1);
  });
});
