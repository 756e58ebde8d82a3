import { readFile } from 'node:fs/promises';

import { ROUNDS, SEEDS, TIMEOUT_MS } from '../js/test/chaos/settings.js';
import { expect, test } from './fixtures.js';

const SCENARIO = new URL('../js/test/chaos/scenario.js', import.meta.url);

for (const seed of SEEDS) {
  test(`whatever happens, calls settle once and have a measure that says how: seed ${seed}`, async ({
    page,
  }) => {
    test.setTimeout(TIMEOUT_MS);
    await page.goto(process.env.ATELIER_APP_URL ?? '');
    await page.waitForSelector('html[data-ready]', { state: 'attached' });
    const source = await readFile(SCENARIO, 'utf8');
    const report = await page.evaluate(
      async ({ source, seed, rounds }) => {
        const blob = new Blob([source], { type: 'text/javascript' });
        /** @type {typeof import('../js/test/chaos/scenario.js')} */
        const { runChaos } = await import(URL.createObjectURL(blob));
        const { createTaskRuntime } = atelier;
        return runChaos({ createTaskRuntime, makeWorker: workers.handlers, seed, rounds });
      },
      { source, seed, rounds: ROUNDS }
    );
    if (process.env.CHAOS_ROUNDS) console.log(JSON.stringify({ seed, ...report }));
    expect(report.failures).toEqual([]);
    expect(report.calls).toBeGreaterThan(ROUNDS);
  });
}
