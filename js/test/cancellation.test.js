import { afterEach, expect, test } from '@jest/globals';

import { details, disposeAll, makeFlag, makeTask, rejection } from './support.js';

afterEach(disposeAll);

test('a signal that has fired already rejects the call at once', async () => {
  const { task } = await makeTask();
  const error = await rejection(task.with({ signal: AbortSignal.abort() }).add(1, 1));
  expect(error).toMatchObject({ name: 'AbortError' });
  expect(task.getState()).toMatchObject({ pending: 0, inFlight: 0 });
  expect(details()).toMatchObject([{ status: 'canceled', attemptCount: 0 }]);
});

test('a pending call is cancelled without running', async () => {
  const { task } = await makeTask({ type: 'singleton', poolSize: undefined });
  const flag = makeFlag();
  await task.add(0, 0);
  const held = task.hold(flag.buffer);
  const controller = new AbortController();
  const pending = rejection(task.with({ signal: controller.signal }).increment());
  const reason = new Error('changed my mind');
  controller.abort(reason);
  expect(await pending).toBe(reason);
  flag.set(1);
  await held;
  expect(await task.increment()).toBe(1);
});

test('a running handler sees it in its signal', async () => {
  const { task } = await makeTask();
  const flag = makeFlag();
  const controller = new AbortController();
  const call = rejection(task.with({ signal: controller.signal }).untilAborted(flag.buffer));
  await flag.reaches(1);
  controller.abort();
  expect((await call).name).toBe('AbortError');
  await flag.reaches(2);
});

test('a synchronous loop that never yields sees it in ctx.aborted', async () => {
  const { task } = await makeTask({ poolSize: 1 });
  const flag = makeFlag();
  const controller = new AbortController();
  const call = rejection(task.with({ signal: controller.signal }).spin(flag.buffer));
  await flag.reaches(1);
  controller.abort();
  expect((await call).name).toBe('AbortError');
  await flag.reaches(2);
  expect(await task.add(1, 2)).toBe(3);
  expect(task.getState()).toMatchObject({ inFlight: 0, activeWorkers: 1 });
});

test('the others go on, and the worker is busy until the handler ends', async () => {
  const { task } = await makeTask({ poolSize: 1 });
  const flag = makeFlag();
  const controller = new AbortController();
  const cancelled = rejection(task.with({ signal: controller.signal }).hold(flag.buffer));
  const other = task.add(1, 2);
  await new Promise((resolve) => setTimeout(resolve, 0));
  controller.abort();
  await cancelled;
  flag.set(1);
  expect(await other).toBe(3);
  expect(details().filter(({ method }) => method === 'hold')).toHaveLength(1);
});
