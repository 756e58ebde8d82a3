import { expect, test } from './fixtures.js';

test('calls on inline workers are as on real ones', async ({ app }) => {
  const result = await app.evaluate(async () => {
    const { inlineWorker } = await loadTesting();
    const runtime = await atelier.createTaskRuntime();
    const task = /** @type {any} */ (
      runtime.defineTask({
        type: 'parallel',
        poolSize: 2,
        worker: () => inlineWorker(loadHandlers),
        terminateAfterMs: 10,
      })
    );
    const value = { nested: [new Map([[1, new Date(0)]])] };
    const echoed = await task.echo(value);
    const bytes = new Uint8Array(5_000).fill(3);
    const length = await task.byteLength(bytes);
    const sums = await Promise.all(Array.from({ length: 500 }, (_, i) => task.add(i, 1)));
    const errors = [
      await rejection(task.echo(() => {})),
      await rejection(task.fail()),
      await rejection(task.nothing()),
      await rejection(task.with({ timeoutMs: 10 }).later('late', 1_000)),
    ];
    const items = [];
    for await (const item of task.count(30)) items.push(item);
    for await (const item of task.count(1_000)) if (item === 3) break;
    const steps = /** @type {number[]} */ ([]);
    await task.with({ onProgress: (/** @type {number} */ step) => steps.push(step) }).steps(3);
    await runtime.trace('inline', () => task.later('value', 20));
    const details = ours('measure').map(({ detail }) => detail);
    await runtime.dispose();
    return {
      copied: echoed !== value && echoed.nested[0].get(1).getTime() === 0,
      lengths: [length, bytes.byteLength],
      added: sums.every((sum, i) => sum === i + 1),
      errors: errors.map(({ name }) => name),
      items: items.length,
      steps,
      trace: details.find(({ traceName, method }) => traceName && !method),
      span: details.find(({ traceName, method }) => traceName && method),
    };
  });
  expect(result).toMatchObject({
    copied: true,
    lengths: [5_000, 0],
    added: true,
    errors: ['DataCloneError', 'RangeError', 'UnknownMethodError', 'TimeoutError'],
    items: 30,
    steps: [0, 1, 2],
    trace: { traceName: 'inline', status: 'ok' },
    span: { method: 'later', status: 'ok' },
  });
  expect(result.span.executionMs).toBeGreaterThan(15);
  expect(result.span.traceId).toBe(result.trace.traceId);
});
