import { parseUserTimings, recordTrace } from './devtools/recording.js';
import { expect, test } from './fixtures.js';

test.skip(({ engine }) => engine !== 'chromium', 'Chrome DevTools are Chromium’s');

test('a DevTools recording has every span and trace, with its detail, in Timings', async ({
  app,
}) => {
  /** @type {any[]} */
  let entries = [];
  const events = await recordTrace(app, async () => {
    entries = await app.evaluate(async () => {
      const runtime = await atelier.createTaskRuntime();
      const task = runtime.defineTask({
        type: 'parallel',
        worker: workers.handlers,
        taskName: 'Recorded',
        poolSize: 2,
      });
      await runtime.trace('recorded', async () => {
        await Promise.all(Array.from({ length: 20 }, (_, i) => task.busy(i % 4)));
        await runtime.trace('nested', () => task.fail().catch(() => {}));
      });
      const measures = ours('measure');
      await runtime.dispose();
      return measures;
    });
  });
  expect(entries).toHaveLength(23);

  const { measures, tracksMoved } = await parseUserTimings(events);
  expect(tracksMoved).toEqual([]);
  const shown = new Map(measures.map((measure) => [measure.name, measure]));
  for (const { name, duration, detail } of entries) {
    expect(shown.get(name)?.detail).toEqual(detail);
    expect(Math.abs((shown.get(name)?.durationMs ?? NaN) - duration)).toBeLessThan(0.02);
  }
  const start = (/** @type {string} */ name) => shown.get(name)?.startMs ?? NaN;
  const [outer] = entries.filter(({ detail }) => detail.traceName === 'recorded' && !detail.spanId);
  for (const { name } of entries)
    expect(start(name)).toBeGreaterThanOrEqual(start(outer.name) - 0.02);
});

test('with devtools: true it has a track for each worker, and names executions', async ({
  app,
}) => {
  /** @type {any[]} */
  let entries = [];
  const events = await recordTrace(app, async () => {
    entries = await app.evaluate(async () => {
      const runtime = await atelier.createTaskRuntime({ spans: { devtools: true } });
      const task = runtime.defineTask({
        type: 'parallel',
        worker: workers.handlers,
        taskName: 'Recorded',
        poolSize: 2,
        init: 'eager',
      });
      await runtime.trace('recorded', async () => {
        const flag = new SharedArrayBuffer(4);
        const held = task.hold(flag); // one worker, so that the other has these
        await Promise.all(Array.from({ length: 9 }, () => task.busy(3)));
        Atomics.store(new Int32Array(flag), 0, 1);
        Atomics.notify(new Int32Array(flag), 0);
        await held;
        await task.fail().catch(() => {});
        await task
          .with({ timeoutMs: 5 })
          .later(1, 60_000)
          .catch(() => {}); // no execution
      });
      const measures = ours('measure');
      await runtime.dispose();
      return measures;
    });
  });
  expect(entries).toHaveLength(13);

  const { measures, tracksMoved } = await parseUserTimings(events);
  expect(measures.filter(({ name }) => name.startsWith('atelier:'))).toEqual([]);
  expect(new Set(tracksMoved.map(({ trackGroup }) => trackGroup))).toEqual(new Set(['Atelier']));
  expect(new Set(tracksMoved.map(({ track }) => track))).toEqual(
    new Set(['Recorded: worker 0', 'Recorded: worker 1', 'Traces'])
  );

  const shown = new Map(tracksMoved.map((moved) => [moved.name, moved]));
  for (const { name, detail } of entries) {
    const { devtools, ...rest } = detail;
    const entry = /** @type {any} */ (shown.get(name));
    expect(entry.detail).toEqual(rest);
    expect(entry.devtools).toEqual(devtools);
    expect(devtools.color).toBe(
      { ok: 'primary', error: 'error', canceled: 'warning' }[/** @type {'ok'} */ (detail.status)]
    );
    expect(devtools.tooltipText).toBe(detail.method ? `Recorded.${detail.method}` : 'recorded');
    expect(devtools.properties).toContainEqual(['status', detail.status]);
  }

  const executions = tracksMoved.filter(({ name }) => name.startsWith('Recorded.'));
  expect(executions.map(({ name }) => name).sort()).toEqual([
    ...Array(9).fill('Recorded.busy'),
    'Recorded.fail',
    'Recorded.hold',
  ]);
  for (const { name, track, startMs, durationMs } of executions) {
    if (name === 'Recorded.busy') expect(durationMs).toBeGreaterThanOrEqual(2.9);
    const around = tracksMoved.filter(
      (span) =>
        span.track === track &&
        span.name.startsWith('atelier:span:') &&
        span.startMs <= startMs + 0.02 &&
        span.startMs + span.durationMs >= startMs + durationMs - 0.02
    );
    expect(around.length).toBeGreaterThan(0);
  }
});
