/** @file Random values on every path; fuzz/settings.js makes them many. */
import { expect, test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

import { runFuzz } from './fuzz/run.js';
import { SEED, TIMEOUT_MS, VALUES } from './fuzz/settings.js';
import { worker } from './support.js';

test(
  `random values arrive as structuredClone has them: seed ${SEED}`,
  async () => {
    const makeWorker = worker('../fuzz/worker.js');
    const report = await runFuzz({ createTaskRuntime, makeWorker, seed: SEED, values: VALUES });
    if (process.env.FUZZ_VALUES) process.stdout.write(`${JSON.stringify(report)}\n`);
    expect(report.failures).toEqual([]);
    expect(report.refused).toBeGreaterThan(VALUES / 20);
    expect(report.refused).toBeLessThan(VALUES / 2);
  },
  TIMEOUT_MS
);
