import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { details, disposeAll, makeFlag, makeTask, ours, rejection, worker } from './support.js';

afterEach(disposeAll);

const failingWorkers = /** @type {[string, () => any, RegExp][]} */ ([
  ['cannot be loaded', worker('missing.js'), /missing\.js/],
  ['throws at start', worker('throws-at-start.js'), /broken at start/],
  [
    'cannot be made',
    () => {
      throw new Error('no such class');
    },
    /no such class/,
  ],
  [
    'is none',
    () => ({}),
    /worker\(\) must return a Worker of node:worker_threads, but an object \(Object\) has no postMessage\(\)/,
  ],
  [
    'is another kind of worker',
    () => Object.assign(new EventTarget(), { postMessage() {}, terminate() {} }),
    /TypeError: worker\(\) must return a Worker of node:worker_threads, but .* has no on\(\)/,
  ],
]);

test.each(failingWorkers)(
  'a worker that %s rejects every call that waits for it',
  async (_, makeWorker, cause) => {
    const { task } = await makeTask({ worker: makeWorker, taskId: 'broken' });
    const errors = await Promise.all([1, 2, 3].map(() => rejection(task.add(1, 1))));
    for (const error of errors) {
      expect(error).toMatchObject({ name: 'WorkerCrashedError', taskId: 'broken' });
      expect(error.workerIndex).toEqual(expect.any(Number));
      expect(String(error.cause)).toMatch(cause);
    }
    expect(details().map(({ status, errorName }) => [status, errorName])).toEqual(
      Array(3).fill(['error', 'WorkerCrashedError'])
    );
    expect(task.getState()).toMatchObject({
      workerStatus: 'crashed',
      pending: 0,
      inFlight: 0,
      lastCrash: { error: expect.stringMatching(cause), ts: expect.any(Number) },
    });
    expect(ours('mark')).toEqual([]);
  }
);

test('a worker that cannot be loaded is not tried again for calls that have waited for it', async () => {
  let made = 0;
  const { task } = await makeTask({
    poolSize: 1,
    worker() {
      made += 1;
      return worker('missing.js')();
    },
  });
  const errors = await Promise.all([1, 2, 3].map(() => rejection(task.add(1, 1))));
  expect(errors.map(({ name }) => name)).toEqual(Array(3).fill('WorkerCrashedError'));
  expect(made).toBe(1);
});

test('a worker that cannot be loaded is tried again for calls that run again, and then they fail', async () => {
  let made = 0;
  const { task } = await makeTask({
    poolSize: 1,
    crashPolicy: 'restart-requeue-in-flight',
    crashMaxRetries: 2,
    worker() {
      made += 1;
      return worker('missing.js')();
    },
  });
  const errors = await Promise.all([1, 2].map(() => rejection(task.add(1, 1))));
  for (const error of errors) {
    expect(error.name).toBe('WorkerCrashedError');
    expect(String(error.cause)).toMatch(/missing\.js/);
  }
  expect(made).toBe(3);
});

test('a worker that can be loaded in the end serves the calls that run again', async () => {
  let made = 0;
  const { task } = await makeTask({
    poolSize: 1,
    crashPolicy: 'restart-requeue-in-flight',
    worker: () => worker(++made < 4 ? 'missing.js' : 'handlers.js')(),
  });
  expect(await task.add(1, 2)).toBe(3);
  expect(made).toBe(4);
});

test('no call that runs again is lost to workers that are terminated while they start', async () => {
  let made = 0;
  const { task } = await makeTask({
    poolSize: 2,
    crashPolicy: 'restart-requeue-in-flight',
    crashMaxRetries: 1_000_000,
    worker() {
      const started = worker('handlers.js')();
      if (++made <= 6) queueMicrotask(() => started.terminate());
      return started;
    },
  });
  const sums = await Promise.all(Array.from({ length: 20 }, (_, i) => task.add(i, 1)));
  expect(sums).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

describe('a worker that has not called expose()', () => {
  /** @type {jest.SpiedFunction<typeof console.warn>} */
  let warn;
  beforeEach(() => {
    warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  });
  afterEach(() => warn.mockRestore());

  test('when its script has ended is worth one warning for its task, and is waited for', async () => {
    const { task } = await makeTask({ worker: worker('exposes-last.js'), taskId: 'patient' });
    const flags = [makeFlag(), makeFlag()];
    const calls = flags.map((flag) => task.meet(flag.buffer));
    await Promise.all(flags.map((flag) => flag.reaches(1)));
    for (const flag of flags) flag.set(2);
    expect(await Promise.all(calls)).toEqual(['met', 'met']);
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^Worker [01] of task 'patient' has not called expose\(\), and its script has ended\. .*expose\(\{ … \}\) from 'atelier-wasm\/worker'/
        ),
      ],
    ]);
  });

  test('may await what it needs, and no warning comes', async () => {
    const { task } = await makeTask({ worker: worker('exposes-late.js') });
    expect(await task.ok()).toBe('ok');
    expect(warn).not.toHaveBeenCalled();
  });

  test.each(['never-exposes.js', 'imports-only.js'])(
    'is given up after startTimeoutMs: %s',
    async (script) => {
      const { task } = await makeTask({
        worker: worker(script),
        taskId: 'broken',
        startTimeoutMs: 300,
      });
      const errors = await Promise.all([1, 2, 3].map(() => rejection(task.add(1, 1))));
      for (const { name, cause } of errors) {
        expect(name).toBe('WorkerCrashedError');
        expect(cause.message).toMatch(/^The worker never became ready within startTimeoutMs \(300/);
      }
      expect(task.getState()).toMatchObject({ workerStatus: 'crashed', pending: 0, inFlight: 0 });
    }
  );

  test('is not given up for the time that its owner does not run', async () => {
    const { task } = await makeTask({
      worker: worker('exposes-late.js'),
      poolSize: 1,
      startTimeoutMs: 4_000,
    });
    const call = task.ok();
    await Promise.resolve(); // the worker is made in a microtask of the call's
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_500);
    expect(await call).toBe('ok');
  });
});

test('a worker that fails to load at first and recovers later serves later calls', async () => {
  let broken = true;
  const { task } = await makeTask({
    worker: () => worker(broken ? 'missing.js' : 'handlers.js')(),
  });
  expect((await rejection(task.add(1, 1))).name).toBe('WorkerCrashedError');
  broken = false;
  expect(await task.add(1, 1)).toBe(2);
  expect(task.getState().workerStatus).toBe('running');
});

test('a task whose worker was replaced after a crash is stopped once its workers are', async () => {
  const { task } = await makeTask({ worker: worker('exits.js'), poolSize: 1 });
  await rejection(task.exit());
  expect(await task.ok()).toBe('ok');
  task.stopWorkers();
  expect(task.getState()).toMatchObject({ activeWorkers: 0, workerStatus: 'stopped' });
});

test('a worker that exits takes its own call along, and no other', async () => {
  const { task } = await makeTask({ worker: worker('exits.js'), poolSize: 1 });
  const [error, ok] = await Promise.all([rejection(task.exit()), task.ok()]);
  expect(error).toMatchObject({ name: 'WorkerCrashedError', workerIndex: 0 });
  expect(String(error.cause)).toContain('3');
  expect(ok).toBe('ok');
});

test('a worker that throws outside of its handlers is replaced', async () => {
  const { task } = await makeTask({ poolSize: 1 });
  const error = await rejection(task.throwOutside());
  expect(error.name).toBe('WorkerCrashedError');
  expect(String(error.cause)).toContain('outside of any handler');
  expect(await task.add(1, 2)).toBe(3);
});

// Node 26.10 now and then lets such a worker grow to gigabytes, and does not end it when it is asked to.
const testOutOfMemory = parseInt(process.versions.node, 10) < 26 ? test : test.skip;

testOutOfMemory(
  'a worker that runs out of memory is replaced, and says so',
  async () => {
    const script = new URL('./workers/handlers.js', import.meta.url);
    const resourceLimits = { maxOldGenerationSizeMb: 16 };
    const { task } = await makeTask({
      poolSize: 1,
      worker: () => new Worker(script, { resourceLimits }),
    });
    const error = await rejection(task.allocate());
    expect(error).toMatchObject({ name: 'WorkerCrashedError', workerIndex: 0 });
    expect(error.cause).toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
    expect(await task.add(1, 2)).toBe(3);
  },
  30_000
);

test('a worker that is terminated from outside is replaced', async () => {
  /** @type {import('node:worker_threads').Worker[]} */
  const made = [];
  const { task } = await makeTask({
    poolSize: 1,
    worker: () => {
      made.push(worker('handlers.js')());
      return made[made.length - 1];
    },
  });
  /** @type {Promise<Error> | undefined} */
  let call;
  await new Promise((begun) => {
    call = rejection(task.with({ onProgress: begun }).hold(makeFlag().buffer));
  });
  await made[0].terminate();
  expect((await call)?.name).toBe('WorkerCrashedError');
  expect(await task.add(1, 2)).toBe(3);
  expect(made).toHaveLength(2);
});

test('workers that are terminated at any moment of their start leave nothing locked', async () => {
  /** @type {any} */
  let made;
  const { runtime, task } = await makeTask({
    type: 'singleton',
    poolSize: undefined,
    worker: () => (made = worker('handlers.js')()),
  });
  await task.add(0, 0);
  for (let i = 0; i < 20; i++) {
    /** @type {any} */
    const victim = runtime.defineTask({
      type: 'singleton',
      worker: () => (made = worker('handlers.js')()),
    });
    const call = victim.add(1, 1).then(
      () => 'ok',
      (/** @type {Error} */ error) => error.name
    );
    await Promise.resolve(); // the worker is made in a microtask of the call's
    await new Promise((resolve) => made.once('online', resolve));
    await sleep(i * 3); // some moment
    made.terminate();
    expect(['ok', 'WorkerCrashedError']).toContain(await call);
    victim.dispose();
  }
  expect(await task.add(1, 2)).toBe(3);
});

describe('crashPolicy', () => {
  test('restart-requeue-in-flight runs calls again, as often as crashMaxRetries says', async () => {
    const { task } = await makeTask({
      worker: worker('exits.js'),
      poolSize: 1,
      crashPolicy: 'restart-requeue-in-flight',
      crashMaxRetries: 2,
    });
    const error = await rejection(task.exit());
    expect(error.name).toBe('WorkerCrashedError');
    expect(details()).toMatchObject([{ method: 'exit', attemptCount: 3, status: 'error' }]);
  });

  test('restart-requeue-in-flight keeps the arguments', async () => {
    const { task } = await makeTask({
      worker: worker('exits.js'),
      poolSize: 1,
      crashPolicy: 'restart-requeue-in-flight',
    });
    const flag = makeFlag();
    expect(await task.exitOnce(flag.buffer, new Uint8Array([1, 2, 3]))).toEqual(
      new Uint8Array([1, 2, 3])
    );
    expect(details()).toMatchObject([{ attemptCount: 2, status: 'ok' }]);
  });

  test('fail-task rejects everything until the workers are started by hand', async () => {
    const { task } = await makeTask({
      worker: worker('exits.js'),
      poolSize: 1,
      crashPolicy: 'fail-task',
    });
    const errors = await Promise.all([task.exit(), task.ok()].map(rejection));
    errors.push(await rejection(task.ok()));
    for (const error of errors) expect(error.name).toBe('WorkerCrashedError');
    expect(task.getState()).toMatchObject({ workerStatus: 'crashed', activeWorkers: 0 });
    task.startWorkers();
    expect(await task.ok()).toBe('ok');
  });

  test('a worker that crashes again and again does not hold pending calls for ever', async () => {
    const { task } = await makeTask({
      worker: worker('crashes-when-idle.js'),
      type: 'singleton',
      poolSize: undefined,
      crashMaxRetries: 1,
    });
    const errors = await Promise.all([task.never(), task.never()].map(rejection));
    for (const error of errors) expect(error.name).toBe('WorkerCrashedError');
    expect(task.getState()).toMatchObject({ inFlight: 0, pending: 0 });
  });
});
