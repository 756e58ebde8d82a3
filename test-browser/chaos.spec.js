import { ROUNDS, SEEDS, TIMEOUT_MS } from '../js/test/chaos/settings.js';
import { expect, test } from './fixtures.js';

for (const seed of SEEDS) {
  test(`whatever happens, calls settle once and have a measure that says how: seed ${seed}`, async ({
    page,
    appUrl,
  }) => {
    test.setTimeout(TIMEOUT_MS);
    await page.goto(appUrl);
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    const report = await page.evaluate(
      ({ seed, rounds }) => {
        const { createTaskRuntime } = atelier;
        return runChaos({ createTaskRuntime, makeWorker: workers.handlers, seed, rounds });
      },
      { seed, rounds: ROUNDS }
    );
    if (process.env.CHAOS_ROUNDS) console.log(JSON.stringify({ seed, ...report }));
    expect(report.failures).toEqual([]);
    expect(report.calls).toBeGreaterThan(ROUNDS);
  });
}
