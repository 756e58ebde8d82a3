import { FIRST_SEED, IS_LONG, PROGRAMS, TIMEOUT_MS } from '../js/test/trace-programs/settings.js';
import { expect, test } from './fixtures.js';

test('no call is in a wrong trace, whatever the program', async ({ page, appUrl }) => {
  test.setTimeout(TIMEOUT_MS);
  await page.goto(appUrl);
  await page.waitForSelector('html[data-ready]', { state: 'attached' });
  const report = await page.evaluate(
    (options) => {
      const { createTaskRuntime } = atelier;
      const makeWorker = workers.tracePrograms;
      return runTracePrograms({ createTaskRuntime, makeWorker, ...options });
    },
    { seed: FIRST_SEED, programs: PROGRAMS, goesOn: IS_LONG }
  );
  const { failures, ...counts } = report;
  if (IS_LONG) console.log(JSON.stringify(counts));
  expect(failures.join('\n\n')).toBe('');
  expect(report.programs).toBe(PROGRAMS);
});
