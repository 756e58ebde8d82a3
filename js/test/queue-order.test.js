/** @file Some of the generated cases of queue-order/; queue-order/settings.js makes them more. */
import { Worker } from 'node:worker_threads';

import { afterEach, expect, test } from '@jest/globals';

import { runCases } from './queue-order/scenario.js';
import { CASES, FIRST_SEED, IS_LONG, TIMEOUT_MS } from './queue-order/settings.js';
import { disposeAll, makeRuntime } from './support.js';

afterEach(disposeAll);

const makeWorker = (/** @type {SharedArrayBuffer} */ workerData) =>
  new Worker(new URL('./queue-order/worker.js', import.meta.url), { workerData });

test(
  'calls start in the order that the documentation gives them',
  async () => {
    const runtime = await makeRuntime({ spans: false });
    const startMs = performance.now();
    const options = { runtime, makeWorker, seed: FIRST_SEED, cases: CASES, goesOn: IS_LONG };
    const { cases, failures } = await runCases(options);
    const ms = Math.round(performance.now() - startMs);
    if (IS_LONG) process.stdout.write(`${JSON.stringify({ cases, ms })}\n`);
    expect(failures.join('\n\n')).toBe('');
    expect(cases).toBe(CASES);
  },
  TIMEOUT_MS
);
