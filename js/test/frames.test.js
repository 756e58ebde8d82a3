/** @file Where stack traces tell the trace: the page's own settings of them are left alone. */
import { expect, test } from '@jest/globals';

import { canSeeFrames } from '../runtime/traces/frames.js';
import { MODE, worker } from './support.js';
import { createWithoutAsyncVariable } from './trace-programs/without-async-variable.js';

// Bun's call sites do not reach through `await`: there stack traces tell no trace.
const testFrames = process.versions.bun && !(await canSeeFrames()) ? test.skip : test;

testFrames('a page’s own Error.prepareStackTrace is not called, and stays', async () => {
  const runtime = await createWithoutAsyncVariable(MODE)();
  const own = /** @type {any} */ (
    runtime.defineTask({ type: 'singleton', worker: worker('handlers.js') })
  );
  let formatted = 0;
  const prepare = () => {
    formatted += 1;
    return 'the page’s';
  };
  const settings = /** @type {any} */ (Error);
  const { prepareStackTrace, stackTraceLimit } = settings;
  Object.assign(settings, { prepareStackTrace: prepare, stackTraceLimit: 3 });
  try {
    const [first, second] = await Promise.all(
      ['one', 'two'].map((name) =>
        runtime.trace(name, async (trace) => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          const before = formatted;
          const call = own.context();
          const calledIt = formatted > before;
          return [(await call).traceId === trace.id, calledIt];
        })
      )
    );
    expect([first, second]).toEqual([
      [true, false],
      [true, false],
    ]);
    expect([settings.prepareStackTrace, settings.stackTraceLimit]).toEqual([prepare, 3]);
  } finally {
    Object.assign(settings, { prepareStackTrace, stackTraceLimit });
    await runtime.dispose();
  }
});
