import { FIRST_SEED, IS_LONG, LANES, PROGRAMS, TIMEOUT_MS } from '../js/test/programs/settings.js';
import { expect, test } from './fixtures.js';

test('no call hangs, and each ends as its program says', async ({ page, appUrl }) => {
  test.setTimeout(TIMEOUT_MS);
  await page.goto(appUrl);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  const report = await page.evaluate(
    (options) => {
      const { createTaskRuntime } = atelier;
      return runPrograms({ createTaskRuntime, makeWorker: workers.programs, ...options });
    },
    { seed: FIRST_SEED, programs: PROGRAMS, lanes: LANES, goesOn: IS_LONG }
  );
  const { failures, ...counts } = report;
  if (IS_LONG) console.log(JSON.stringify(counts));
  expect(failures.join('\n\n')).toBe('');
  expect(report.programs).toBe(PROGRAMS);
});
