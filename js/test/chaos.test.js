/** @file A short run of chaos/scenario.js; chaos/settings.js makes it longer. */
import { expect, test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

import { runChaos } from './chaos/scenario.js';
import { ROUNDS, SEEDS, TIMEOUT_MS } from './chaos/settings.js';
import { worker } from './support.js';

test.each(SEEDS)(
  'whatever happens, calls settle once and have a measure that says how: seed %d',
  async (seed) => {
    const report = await runChaos({
      createTaskRuntime,
      makeWorker: worker('handlers.js'),
      seed,
      rounds: ROUNDS,
    });
    if (process.env.CHAOS_ROUNDS) process.stdout.write(`${JSON.stringify({ seed, ...report })}\n`);
    expect(report.failures).toEqual([]);
    expect(report.calls).toBeGreaterThan(ROUNDS);
  },
  TIMEOUT_MS
);
