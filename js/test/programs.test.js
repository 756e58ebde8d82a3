/** @file Some of the generated programs of programs/; programs/settings.js makes them more. */
import { Worker } from 'node:worker_threads';

import { expect, test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

import { runPrograms } from './programs/scenario.js';
import { FIRST_SEED, IS_LONG, LANES, PROGRAMS, TIMEOUT_MS } from './programs/settings.js';

const makeWorker = () => new Worker(new URL('./programs/worker.js', import.meta.url));

test(
  'no call hangs, and each ends as its program says',
  async () => {
    const report = await runPrograms({
      createTaskRuntime,
      makeWorker,
      seed: FIRST_SEED,
      programs: PROGRAMS,
      lanes: LANES,
      goesOn: IS_LONG,
    });
    const { failures, ...counts } = report;
    if (IS_LONG) process.stdout.write(`${JSON.stringify(counts)}\n`);
    expect(failures.join('\n\n')).toBe('');
    expect(report.programs).toBe(PROGRAMS);
  },
  TIMEOUT_MS
);
