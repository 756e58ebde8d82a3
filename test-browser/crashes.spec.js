import { expect, test } from './fixtures.js';

test.beforeEach(({ page, appUrl }) => page.goto(appUrl));

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
      /** @type {() => void} */
      let begin = () => {};
      const begun = new Promise((resolve) => (begin = () => resolve(undefined)));
      const ways = /** @type {Record<string, () => Promise<any>>} */ ({
        'closes itself': task.close,
        'is terminated by the page': () => task.with({ onProgress: begin }).never(),
        'throws outside of its handlers': task.throwOutside,
      });
      const call = rejection(ways[way]());
      if (way === 'is terminated by the page') {
        await begun;
        made[0].terminate();
      }
      const error = await call;
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
