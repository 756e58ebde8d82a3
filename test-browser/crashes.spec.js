import { expect, test } from '@playwright/test';

test.beforeEach(({ page }) => page.goto(process.env.ATELIER_APP_URL ?? ''));

// None of these but the last is an event in a browser.
for (const end of [
  'closes itself',
  'is terminated by the page',
  'throws outside of its handlers',
]) {
  test(`a worker that ${end} rejects its call and is replaced`, async ({ page }) => {
    const { error, next, state, status } = await page.evaluate(async (way) => {
      const runtime = await atelier.createTaskRuntime();
      /** @type {Worker[]} */
      const made = [];
      const worker = () => {
        made.push(workers.counter());
        return made[made.length - 1];
      };
      const task = runtime.defineTask({ type: 'singleton', worker });
      await task.increment();
      const ways = /** @type {Record<string, () => Promise<any>>} */ ({
        'closes itself': task.close,
        'throws outside of its handlers': task.throwOutside,
      });
      const call = rejection((ways[way] ?? task.never)());
      // A handler that has closed its worker may still get its answer out.
      const lost = way === 'closes itself' ? rejection(task.never()) : call;
      if (way === 'is terminated by the page') made[0].terminate();
      const error = await lost;
      const next = await task.increment();
      const state = task.getState();
      const [status] = ours('measure')
        .filter(({ detail }) => detail.errorName === 'WorkerCrashedError')
        .map(({ detail }) => detail.status);
      await runtime.dispose();
      return { error, next, state, status };
    }, end);
    expect(error.name).toBe('WorkerCrashedError');
    expect(status).toBe('error');
    expect(next).toBe(1); // a new worker, with state of its own
    expect(state).toMatchObject({ inFlight: 0, pending: 0, workerStatus: 'running' });
    expect(state.lastCrash).toMatchObject({ workerIndex: 0 });
  });
}

test('workers can be killed at random while calls go on, and every call settles', async ({
  page,
}) => {
  const result = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime({ spans: { retain: Infinity } });
    /** @type {Worker[]} */
    const alive = [];
    const worker = () => {
      alive.push(workers.handlers());
      return alive[alive.length - 1];
    };
    const task = runtime.defineTask({
      type: 'parallel',
      worker,
      poolSize: 3,
      crashPolicy: 'restart-requeue-in-flight',
      crashMaxRetries: 2,
    });
    let seed = 7;
    const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    /** @type {Promise<string>[]} */
    const calls = [];
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 20; i++) {
        const controller = new AbortController();
        const bound = task.with({ signal: controller.signal });
        const call = random() < 0.5 ? bound.busy(random() * 3) : bound.later(i, random() * 5);
        calls.push(
          call.then(
            () => 'ok',
            (/** @type {Error} */ error) => error.name
          )
        );
        if (random() < 0.15) controller.abort();
      }
      // Half of the kills hit workers that are starting, the others workers with calls.
      if (random() < 0.5) await Promise.race(calls.slice(-10));
      else await new Promise((resolve) => setTimeout(resolve, random() * 20));
      alive.splice(Math.floor(random() * alive.length), 1)[0]?.terminate();
    }
    const outcomes = await Promise.all(calls);
    const spans = ours('measure').map(({ detail }) => detail);
    const next = await task.add(1, 2);
    const { inFlight, pending, waiting } = task.getState();
    const marks = ours('mark').length;
    await runtime.dispose();
    return { outcomes, spans, next, left: inFlight + pending + waiting, marks };
  });
  const { outcomes, spans } = result;
  const count = (/** @type {string} */ outcome) =>
    outcomes.filter((/** @type {string} */ name) => name === outcome).length;
  const spansOf = (/** @type {string} */ status) =>
    spans.filter((/** @type {any} */ detail) => detail.status === status).length;
  expect(spans).toHaveLength(outcomes.length);
  expect(new Set(spans.map((/** @type {any} */ { spanId }) => spanId)).size).toBe(spans.length);
  expect(spansOf('ok')).toBe(count('ok'));
  expect(spansOf('canceled')).toBe(count('AbortError'));
  expect(spansOf('error')).toBe(count('WorkerCrashedError'));
  expect(count('AbortError')).toBeGreaterThan(10);
  expect(spans.some((/** @type {any} */ { attemptCount }) => attemptCount > 1)).toBe(true);
  expect(result).toMatchObject({ next: 3, left: 0, marks: 0 });
});
