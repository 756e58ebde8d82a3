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

// Chromium 156 lets a worker in a loop go on for two seconds, in which it finishes its call.
test('what a terminated worker still writes reaches no other call', async ({ page, mode }) => {
  test.skip(mode === 'messages', 'nothing is shared');
  const { wrong, count } = await page.evaluate(async () => {
    const runtime = await atelier.createTaskRuntime();
    /** @type {Worker[]} */
    const made = [];
    const worker = () => {
      made.push(workers.counter());
      return made[made.length - 1];
    };
    const doomed = runtime.defineTask({ type: 'parallel', poolSize: 3, worker });
    const task = runtime.defineTask({
      type: 'parallel',
      poolSize: 2,
      worker: workers.counter,
      init: 'eager',
    });
    await Promise.all([task.echo(1), task.echo(2)]);
    const flags = [1, 2, 3].map(() => new Int32Array(new SharedArrayBuffer(4)));
    const calls = flags.map((flag) => rejection(doomed.linger(flag.buffer, 1_800, 'Z'.repeat(60))));
    while (flags.some((flag) => flag[0] === 0)) await new Promise((next) => setTimeout(next, 5));
    const sinceMs = performance.now();
    for (const one of made) one.terminate();
    await Promise.all(calls);

    // Calls whose records and replies lie in memory while the lost workers write theirs.
    while (performance.now() - sinceMs < 1_100) await new Promise((next) => setTimeout(next, 20));
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(60));
    const echoes = texts.map((text) => task.echo(text));
    await Promise.resolve(); // the workers are told
    while (performance.now() - sinceMs < 2_300); // and this thread looks at nothing meanwhile
    const results = await Promise.all(echoes);
    await runtime.dispose();
    return { wrong: results.filter((text, i) => text !== texts[i]), count: results.length };
  });
  expect(wrong).toEqual([]);
  expect(count).toBe(8);
});
