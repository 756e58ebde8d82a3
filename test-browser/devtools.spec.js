import { parseUserTimings, recordTrace } from './devtools/recording.js';
import { expect, test } from './fixtures.js';

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
