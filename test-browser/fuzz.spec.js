import { SEED, TIMEOUT_MS, VALUES } from '../js/test/fuzz/settings.js';
import { expect, test } from './fixtures.js';

test(`random values arrive as structuredClone has them: seed ${SEED}`, async ({ app }) => {
  test.setTimeout(TIMEOUT_MS);
  const report = await app.evaluate(
    ({ seed, values }) => {
      const { createTaskRuntime } = atelier;
      return runFuzz({ createTaskRuntime, makeWorker: workers.fuzz, seed, values });
    },
    { seed: SEED, values: VALUES }
  );
  if (process.env.FUZZ_VALUES) console.log(JSON.stringify(report));
  expect(report.failures).toEqual([]);
  expect(report.refused).toBeGreaterThan(VALUES / 20);
});
