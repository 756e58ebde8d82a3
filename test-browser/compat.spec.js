import { expect, test } from './fixtures.js';

test('the telemetry store has calls of the past and of this moment', async ({ app }) => {
  const { early, late } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({ type: 'parallel', worker: workers.handlers, taskId: 'a' });
    await task.add(1, 2);
    const store = compat.createTelemetryStore();
    const early = store.getState();
    await task.busy(20);
    const late = store.getState();
    store.dispose();
    await runtime.dispose();
    return { early, late };
  });
  expect(early).toMatchObject({ count: 1, ok: 1, error: 0, canceled: 0 });
  expect(late.tasks.a).toMatchObject({ taskId: 'a', count: 2, ok: 2 });
  expect(late.tasks.a.executionMs?.p95).toBeGreaterThanOrEqual(19.9);
});

test('its last failure is the one that ended last, not the one that began last', async ({
  app,
}) => {
  const lastError = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const config = { worker: workers.handlers, taskId: 'a' };
    const slow = runtime.defineTask({ type: 'singleton', ...config });
    const quick = runtime.defineTask({ type: 'singleton', ...config });
    await quick.add(0, 0);
    const calls = [slow.busy(50), rejection(slow.failLater()), rejection(quick.fail())];
    await Promise.all(calls);
    const store = compat.createTelemetryStore();
    const { tasks } = store.getState();
    store.dispose();
    await runtime.dispose();
    return tasks.a.lastError;
  });
  expect(lastError).toBe('AppError: no such picture');
});
