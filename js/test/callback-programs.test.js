/** @file Some of the generated programs of callbacks/; callbacks/settings.js makes them more. */
import { expect, test } from '@jest/globals';
import { callback, createTaskRuntime } from 'atelier-wasm';

import { runCallbackPrograms } from './callbacks/run.js';
import { IS_LONG, PROGRAMS, SEED, TIMEOUT_MS } from './callbacks/settings.js';
import { worker } from './support.js';

test(
  `calls with callbacks give what their handlers give by themselves: seed ${SEED}`,
  async () => {
    const { failures, ...counts } = await runCallbackPrograms({
      createTaskRuntime,
      callback,
      makeWorker: worker('../callbacks/worker.js'),
      seed: SEED,
      programs: PROGRAMS,
    });
    if (IS_LONG) process.stdout.write(`${JSON.stringify(counts)}\n`);
    expect(failures).toEqual([]);
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(0);
  },
  TIMEOUT_MS
);
