import { expect, test } from './fixtures.js';

test.skip(
  ({ engine }) => engine === 'webkit',
  'WebKit’s structuredClone() copies shared memory and is no measure; its workers have no certificates'
);

for (const cloning of [false, true]) {
  const how = cloning ? 'all cloned' : 'with what can be transferred in them';
  for (const path of ['at once', 'waiting', 'kept', 'results']) {
    const where = {
      'at once': 'in the arguments of a call that starts at once',
      waiting: 'in the arguments of a call that waits',
      kept: 'in arguments that are kept for another attempt',
      results: 'in results',
    }[path];
    test(`every kind of value, ${how}, is as structuredClone has it ${where}`, async ({
      app,
      mode,
    }) => {
      test.skip(path === 'waiting' && mode === 'messages', 'the worker is held by shared memory');
      const result = await app.evaluate(
        async ({ path, cloning }) => {
          const runtime = await atelier.createTaskRuntime({ spans: { retain: Infinity } });
          const task = /** @type {any} */ (
            runtime.defineTask({
              type: 'singleton',
              worker: workers.values,
              ...(path === 'kept' && { crashPolicy: 'restart-requeue-in-flight' }),
            })
          );
          await task.names();
          const flag = path === 'waiting' ? new Int32Array(new SharedArrayBuffer(4)) : undefined;
          const begun = () => {
            if (!flag) return;
            Atomics.store(flag, 0, 1);
            Atomics.notify(flag, 0);
          };
          const held = flag && task.hold(flag.buffer);
          const { comparisons, refused } =
            path === 'results'
              ? await values.compareResults(task, { cloning })
              : await values.compareArguments(task, { cloning, atOnce: !!held, begun });
          await held;
          const failed = ours('measure').filter(({ detail }) => detail.status === 'error').length;
          await runtime.dispose();
          const differing = values.differing(comparisons);
          return { count: comparisons.length, refused, failed, differing };
        },
        { path, cloning }
      );
      expect(result.differing).toEqual([]);
      expect(result.count).toBeGreaterThan(170);
      expect(result.refused).toBeGreaterThan(20);
      expect(result.failed).toBe(result.refused);
    });
  }
}

test('every kind of value that can be cloned reaches a second attempt', async ({ app, mode }) => {
  test.skip(mode === 'messages', 'the handler counts its attempts in shared memory');
  const { expected, actual } = await app.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = runtime.defineTask({
      type: 'singleton',
      worker: workers.values,
      crashPolicy: 'restart-requeue-in-flight',
    });
    const comparison = await values.compareSecondAttempt(task);
    await runtime.dispose();
    return comparison;
  });
  expect(actual).toBe(expected);
});

test('arguments that the worker cannot read reject their call, and no other', async ({
  page,
  appUrl,
}) => {
  await page.goto(appUrl);
  const { error, others, lastCrash } = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    const task = /** @type {any} */ (
      runtime.defineTask({ type: 'singleton', worker: workers.values })
    );
    await task.sizes([]);
    // Workers have no such class.
    const certificate = await RTCPeerConnection.generateCertificate(
      /** @type {any} */ ({ name: 'ECDSA', namedCurve: 'P-256' })
    );
    const error = rejection(task.sizes([certificate]));
    const others = [task.sizes([new ArrayBuffer(1)]), task.sizes([new ArrayBuffer(2)])];
    const { lastCrash } = task.getState();
    const made = { error: await error, others: await Promise.all(others), lastCrash };
    await runtime.dispose();
    return made;
  });
  expect(error.name).toBe('DataCloneError');
  expect(error.message).toBe(
    "The arguments of sizes() of task 'task-1' could be cloned, but not read by the other thread: pass plain data."
  );
  expect(others).toEqual([[1], [2]]);
  expect(lastCrash).toBeUndefined();
});
