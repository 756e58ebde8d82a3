import { expect, test } from './fixtures.js';

for (const seed of [1, 2]) {
  test(`hundreds of traces at once: no span is in a wrong one, seed ${seed}`, async ({ app }) => {
    test.setTimeout(120_000);
    const { report, marks } = await app.evaluate(async (chosen) => {
      const runtime = await atelier.createTaskRuntime();
      const task = runtime.defineTask({
        type: 'parallel',
        worker: workers.handlers,
        poolSize: 2,
        maxInFlight: 8,
      });
      const other = () => fetch(location.href).then((response) => response.text());
      const options = { traces: 200, steps: 6, seed: chosen, other };
      const report = await runTraces(runtime, task, options);
      await runtime.dispose();
      return { report, marks: ours('mark').length };
    }, seed);
    test.info().annotations.push({ type: 'spans', description: JSON.stringify(report) });
    expect(report).toMatchObject({ missing: 0, wrong: 0 });
    expect(report.right).toBeGreaterThan(1000);
    expect(report.absent).toBeGreaterThan(0); // where something else was awaited it cannot be known
    expect(marks).toBe(0);
  });
}

test('a dispatch whose trace is not certain is in none, while several are open', async ({
  app,
}) => {
  const ids = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
    const flow = (/** @type {string} */ name) =>
      runtime.trace(name, async (trace) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const implicit = await task.context();
        const explicit = await trace.with(task).context();
        return [implicit.traceId, explicit.traceId === trace.id];
      });
    const result = await Promise.all([flow('one'), flow('two')]);
    await runtime.dispose();
    return result;
  });
  expect(ids).toEqual([
    [undefined, true],
    [undefined, true],
  ]);
});

test('a promise of ours that several traces await leads each back into its own', async ({
  app,
}) => {
  const right = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'singleton', worker: workers.handlers });
    const before = task.later('made before any trace', 20);
    const shared = runtime.trace('maker', () => task.later('made in a trace', 20));
    const flow = () =>
      runtime.trace('user', async (trace) => {
        await before;
        const one = await task.context();
        await shared;
        const two = await task.context();
        return [one.traceId === trace.id, two.traceId === trace.id];
      });
    const result = await Promise.all([flow(), flow(), flow()]);
    await runtime.dispose();
    return result.flat();
  });
  expect(right).toEqual(Array(6).fill(true));
});
