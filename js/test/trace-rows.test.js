/** @file Programs that were once in a wrong trace, where `await` keeps its context and where not. */
import { Worker } from 'node:worker_threads';

import { describe, expect, test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

import { ROWS, runRows } from './trace-programs/rows.js';
import { runSampled } from './trace-programs/sampling.js';
import { createWithoutAsyncVariable } from './trace-programs/without-async-variable.js';
import { MODE } from './support.js';

const makeWorker = () => new Worker(new URL('./trace-programs/worker.js', import.meta.url));

describe.each([
  ['where await keeps its context', createTaskRuntime],
  ['where await does not', createWithoutAsyncVariable(MODE)],
])('%s', (_, create) => {
  const platform = { createTaskRuntime: create, makeWorker };

  test.each(ROWS)('$name', async (row) => {
    expect((await runRows(platform, [row])).join('\n')).toBe('');
  });

  test('one trace after another is sampled by itself', async () => {
    const { traces, sampled } = await runSampled(platform);
    expect(sampled).toBeGreaterThan(0);
    expect(sampled).toBeLessThan(traces);
  });
});
