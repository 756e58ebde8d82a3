import { expect, test } from './fixtures.js';

/** Whether the engine's stack traces reach through `await`, so that a trace is found after anything. */
const seesFrames = (/** @type {any} */ info) => info.project.use.engine === 'chromium';

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
    // Where something else was awaited.
    if (seesFrames(test.info())) expect(report.absent).toBe(0);
    else expect(report.absent).toBeGreaterThan(0);
    expect(marks).toBe(0);
  });
}

test('with several open, a dispatch after a timer is in its trace where stack traces tell, or in none', async ({
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
        const found = implicit.traceId === trace.id ? 'its own' : implicit.traceId;
        return [found, explicit.traceId === trace.id];
      });
    const result = await Promise.all([flow('one'), flow('two')]);
    await runtime.dispose();
    return result;
  });
  const found = seesFrames(test.info()) ? 'its own' : undefined;
  expect(ids).toEqual([
    [found, true],
    [found, true],
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

test('what follows a call of one runtime is in no trace of another that is active meanwhile', async ({
  app,
}) => {
  const traceId = await app.evaluate(async () => {
    const [plain, traced] = [await atelier.createTaskRuntime(), await atelier.createTaskRuntime()];
    const define = (/** @type {import('atelier-wasm').TaskRuntime} */ runtime) =>
      runtime.defineTask({ type: 'singleton', worker: workers.handlers });
    const [slow, quick, task] = [define(plain), define(plain), define(traced)];
    await Promise.all([slow.add(0, 0), quick.add(0, 0), task.add(0, 0)]);

    const another = traced.startTrace('another'); // so that neither is the only one
    const unrelated = slow.busy(10).then(() => task.context());
    await traced.trace('active', async () => {
      await task.add(1, 1);
      const end = performance.now() + 50;
      while (performance.now() < end); // until the unrelated call is done with
      await quick.add(1, 1);
    });
    another.end();
    const context = await unrelated;
    await Promise.all([plain.dispose(), traced.dispose()]);
    return context.traceId;
  });
  expect(traceId).toBeUndefined();
});
