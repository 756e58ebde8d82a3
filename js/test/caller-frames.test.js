/** @file Where stack traces reach through `await`, a handler's error tells who has called it. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { disposeAll, MODE, makeTask, rejection, worker } from './support.js';
import { createWithoutAsyncVariable } from './trace-programs/without-async-variable.js';

/** Whether a microtask sees the function that awaits what the microtask will resolve. */
async function seesWhoAwaits() {
  let stack = '';
  await new Promise((resolve) => {
    const look = () => {
      stack = String(new Error().stack);
    };
    Promise.resolve().then(look).then(resolve);
  });
  return stack.includes(' seesWhoAwaits ');
}

const testFrames = (await seesWhoAwaits()) ? test : test.skip;

/** Two ways in which traces are followed: each has its own way to those that await a call. */
const RUNTIMES = {
  'by the platform': () => makeTask(),
  'by microtasks': async () => {
    const runtime = await createWithoutAsyncVariable(MODE)();
    const task = runtime.defineTask({ type: 'parallel', worker: worker('handlers.js') });
    return { runtime, task };
  },
};

describe.each(Object.entries(RUNTIMES))('traces followed %s', (_, make) => {
  /** @type {{ runtime: import('atelier-wasm').TaskRuntime, task: any }} */
  let made;
  beforeAll(async () => {
    made = await make();
  });
  afterAll(async () => {
    await made.runtime.dispose();
    await disposeAll();
  });

  const callsFail = async () => await made.task.fail();

  /** @param {any} error @param {...string} callers */
  function isCalledBy({ stack }, ...callers) {
    const lines = String(stack).split('\n');
    const [first] = lines.flatMap((line, i) =>
      line.includes('at callsFail') || line.includes('at async callsFail') ? [i] : []
    );
    expect(lines[0]).toContain('too wide');
    expect(lines.slice(1, first).join()).toContain('handlers.js'); // the handler's own come first
    for (const caller of callers) expect(stack).toMatch(new RegExp(`at (async )?${caller} `));
  }

  testFrames('a call', async () => {
    const outer = async () => await callsFail();
    isCalledBy(await rejection(outer()), 'callsFail', 'outer');
  });

  testFrames('a call in a trace, beside one of another', async () => {
    const other = made.runtime.startTrace('other');
    const inTrace = () => rejection(made.runtime.trace('a', callsFail));
    const [a, b] = await Promise.all([inTrace(), inTrace()]);
    const outside = await rejection(callsFail());
    other.end();
    for (const error of [a, b, outside]) isCalledBy(error, 'callsFail');
  });

  testFrames('one of several that are awaited together', async () => {
    const all = async () => await Promise.all([made.task.add(1, 2), callsFail()]);
    isCalledBy(await rejection(all()), 'callsFail', 'all');
  });

  testFrames('a stream', async () => {
    const iterates = async () => {
      for await (const item of made.task.countAndFail(2)) expect(item).toBeLessThan(2);
    };
    const { stack } = await rejection(iterates());
    expect(stack).toMatch(/at (async )?iterates /);
  });

  test('an Error.prepareStackTrace that throws holds no call up', async () => {
    const settings = /** @type {any} */ (Error);
    const { prepareStackTrace } = settings;
    settings.prepareStackTrace = () => {
      throw new Error('hook');
    };
    try {
      expect((await rejection(callsFail())).message).toBe('too wide');
      expect((await rejection(made.task.nope())).name).toBe('UnknownMethodError');
    } finally {
      settings.prepareStackTrace = prepareStackTrace;
    }
  });

  test('other errors that are awaited stay as they are', async () => {
    const aborter = new AbortController();
    const reason = new Error('the user’s own');
    const { stack } = reason;
    aborter.abort(reason);
    const call = async () => await made.task.with({ signal: aborter.signal }).add(1, 2);
    expect(await rejection(call())).toBe(reason);
    expect(reason.stack).toBe(stack);
  });
});
