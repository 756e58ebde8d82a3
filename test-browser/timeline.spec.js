import { expect, test } from './fixtures.js';

/** @param {string} name */
const shape = (name) => name.replace(/[0-9a-f]{32}/, 'T').replace(/[0-9a-f]{16}/, 'S');

test('an observer of measures sees one for each call, one for the trace after them', async ({
  app,
}) => {
  const seen = await app.evaluate(async () => {
    const observer = observe({ type: 'measure' });
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({
      type: 'parallel',
      worker: workers.handlers,
      taskId: 'resize',
      taskName: 'Resize',
      poolSize: 1,
    });
    await runtime.trace('work', async () => {
      await task.add(1, 2);
      await task.fail().catch(() => {});
    });
    const entries = await observer.collected(3);
    await runtime.dispose();
    return entries;
  });
  expect(seen).toHaveLength(3);
  // Observers get what was made in one turn of the event loop in the order of start times, which may
  // be the same where clocks are coarse.
  seen.sort((a, b) => a.startTime - b.startTime || (a.detail.spanCount ? -1 : 1));
  const [trace, ok, failed] = seen.map(({ detail }) => detail);
  const { traceId } = trace;
  expect(trace).toEqual({ traceId, traceName: 'work', spanCount: 2, status: 'ok' });
  const common = {
    traceId,
    traceName: 'work',
    taskId: 'resize',
    taskName: 'Resize',
    taskType: 'parallel',
    workerIndex: 0,
    queueWaitMs: expect.any(Number),
    executionMs: expect.any(Number),
    attemptCount: 1,
  };
  expect(ok).toEqual({ ...common, spanId: ok.spanId, method: 'add', status: 'ok' });
  expect(failed).toEqual({
    ...common,
    spanId: failed.spanId,
    method: 'fail',
    status: 'error',
    error: 'RangeError: too wide',
    errorName: 'RangeError',
  });
  expect(seen[1].name).toBe(`atelier:span:${ok.spanId}`);
  const end = (/** @type {Entry} */ entry) => entry.startTime + entry.duration;
  expect(end(seen[0])).toBeGreaterThanOrEqual(end(seen[2]));
  expect(seen[0].startTime).toBeLessThanOrEqual(seen[1].startTime);
});

test('an observer of marks and measures sees each once, with the same times', async ({ app }) => {
  const { seen, marks } = await app.evaluate(async () => {
    const observer = observe({ entryTypes: ['mark', 'measure'] });
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 1 });
    await runtime.trace(() => task.add(1, 2));
    const entries = await observer.collected(6);
    await runtime.dispose();
    return { seen: entries, marks: ours('mark') };
  });
  expect(marks).toEqual([]);
  const names = seen.map(({ entryType, name }) => `${entryType} ${shape(name)}`);
  expect([...names].sort()).toEqual([
    'mark atelier:span:S:end',
    'mark atelier:span:S:start',
    'mark atelier:trace:T:end',
    'mark atelier:trace:T:start',
    'measure atelier:span:S',
    'measure atelier:trace:T',
  ]);
  // Browsers deliver in the order of start times.
  expect(names.indexOf('mark atelier:trace:T:start')).toBeLessThan(
    names.indexOf('mark atelier:span:S:start')
  );
  for (const measure of seen.filter((entry) => entry.entryType === 'measure')) {
    const find = (/** @type {string} */ suffix) =>
      /** @type {Entry} */ (seen.find(({ name }) => name === measure.name + suffix));
    expect(find(':start').startTime).toBe(measure.startTime);
    expect(find(':end').startTime).toBeCloseTo(measure.startTime + measure.duration, 6);
    expect(find(':end').detail).toBeNull();
    expect(Object.keys(find(':start').detail)).toEqual(
      'spanId' in measure.detail ? ['spanId', 'traceId', 'taskId', 'method'] : ['traceId']
    );
  }
});

test('a late observer sees earlier measures, and foreign entries survive', async ({ app }) => {
  const result = await app.evaluate(async () => {
    performance.mark('theirs');
    performance.measure('theirs', 'theirs');
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 1 });
    await task.add(1, 2);
    const seen = await observe({ type: 'measure', buffered: true }).collected(1);
    runtime.clearMeasures();
    const left = ours('measure').length;
    await runtime.dispose();
    return { seen, left, theirs: performance.getEntriesByName('theirs').length };
  });
  expect(result.seen.map(({ detail }) => detail.method)).toEqual(['add']);
  expect(result.left).toBe(0);
  expect(result.theirs).toBe(2);
});

test('the spans of 100 mixed calls match what the handlers measured', async ({ app }) => {
  const pairs = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, poolSize: 2 });
    await Promise.all([task.add(0, 0), task.add(0, 0)]);
    runtime.clearMeasures();
    const calls = Array.from({ length: 100 }, (_, i) => {
      const now = performance.now();
      while (performance.now() === now); // entries of one start time are in the order of their ends
      return i % 2 ? task.busy(i % 7) : task.later(0, i % 7).then(() => ({ ms: i % 7 }));
    });
    const measured = await Promise.all(calls);
    const spans = ours('measure');
    await runtime.dispose();
    return spans.map((span, i) => ({ ...span, measuredMs: measured[i].ms, sync: i % 2 === 1 }));
  });
  expect(pairs).toHaveLength(100);
  for (const { duration, detail, measuredMs, sync } of pairs) {
    const { queueWaitMs, executionMs } = detail;
    expect(queueWaitMs).toBeGreaterThanOrEqual(0);
    expect(queueWaitMs + executionMs).toBeLessThanOrEqual(duration + 0.1);
    expect(executionMs).toBeGreaterThanOrEqual(measuredMs - (sync ? 0.1 : 1.1));
  }
});
