import { FIRST_SEED, IS_LONG, PROGRAMS, TIMEOUT_MS } from '../js/test/trace-programs/settings.js';
import { expect, test } from './fixtures.js';

test('no call is in a wrong trace, whatever the program', async ({ app }) => {
  test.setTimeout(TIMEOUT_MS);
  const report = await app.evaluate(
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

test('no call is in a wrong trace in the programs where one was', async ({ app }) => {
  const failures = await app.evaluate(() => {
    const { createTaskRuntime } = atelier;
    return runTraceRows({ createTaskRuntime, makeWorker: workers.tracePrograms });
  });
  expect(failures.join('\n\n')).toBe('');
});
