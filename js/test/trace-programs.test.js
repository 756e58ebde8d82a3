/** @file Some of the generated programs of trace-programs/; trace-programs/settings.js makes them more. */
import { Worker } from 'node:worker_threads';

import { expect, test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

import { runTracePrograms } from './trace-programs/run.js';
import { FIRST_SEED, IS_LONG, PROGRAMS, TIMEOUT_MS } from './trace-programs/settings.js';
import { createWithoutAsyncVariable } from './trace-programs/without-async-variable.js';
import { MODE } from './support.js';

const makeWorker = () => new Worker(new URL('./trace-programs/worker.js', import.meta.url));

/** @param {import('./trace-programs/stage.js').CreateTaskRuntime} create */
async function run(create) {
  const report = await runTracePrograms({
    createTaskRuntime: create,
    makeWorker,
    seed: FIRST_SEED,
    programs: PROGRAMS,
    goesOn: IS_LONG,
  });
  const { failures, ...counts } = report;
  if (IS_LONG) process.stdout.write(`${JSON.stringify(counts)}\n`);
  expect(failures.join('\n\n')).toBe('');
  expect(report.programs).toBe(PROGRAMS);
  return report;
}

test(
  'each call is in the trace that its text is in, where await keeps its context',
  async () => {
    const { spans, parents } = await run(createTaskRuntime);
    expect(spans.absent ?? 0).toBe(0);
    expect(parents.absent ?? 0).toBe(0);
  },
  TIMEOUT_MS
);

test(
  'no call is in a wrong trace, where await does not keep its context',
  async () => {
    await run(createWithoutAsyncVariable(MODE));
  },
  TIMEOUT_MS
);
