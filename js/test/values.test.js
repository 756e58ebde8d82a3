import { markAsUntransferable } from 'node:worker_threads';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { details, disposeAll, makeFlag, makeTask, worker } from './support.js';
import {
  compareArguments,
  compareResults,
  compareSecondAttempt,
  differing,
} from './values/compare.js';
import { describe as describeValue } from './values/describe.js';

afterEach(disposeAll);
jest.setTimeout(60_000); // a busy machine takes its time

/** @param {Partial<import('atelier-wasm').TaskConfig>} [config] */
async function makeValuesTask(config) {
  const options = { spans: { retain: Infinity } };
  const made = await makeTask(
    { worker: worker('../values/worker.js'), poolSize: 1, ...config },
    options
  );
  await made.task.names();
  made.runtime.clearMeasures();
  return made;
}

/** @param {ArrayBuffer[]} list */
function canBeTransferred(list) {
  try {
    structuredClone(list, { transfer: list });
  } catch {
    return false;
  }
  return true;
}

/** @param {string} status */
const spansThat = (status) => details().filter((span) => span.status === status).length;

describe.each([
  ['with what can be transferred in them', false],
  ['all cloned', true],
])('every kind of value, %s, is as structuredClone has it', (_, cloning) => {
  /** @param {{ comparisons: import('./values/compare.js').Comparison[], refused: number }} result */
  const check = ({ comparisons, refused }) => {
    expect(differing(comparisons)).toEqual([]);
    expect(comparisons.length).toBeGreaterThan(150);
    expect(refused).toBeGreaterThan(20);
    expect(spansThat('error')).toBe(refused);
  };

  test('in the arguments of a call that starts at once', async () => {
    const { task } = await makeValuesTask();
    check(await compareArguments(task, { cloning }));
  });

  test('in the arguments of a call that waits', async () => {
    const { task } = await makeValuesTask();
    const flag = makeFlag();
    const held = task.hold(flag.buffer);
    const begun = () => flag.set(1);
    check(await compareArguments(task, { cloning, atOnce: true, begun }));
    await held;
  });

  test('in arguments that are kept for another attempt', async () => {
    const { task } = await makeValuesTask({ crashPolicy: 'restart-requeue-in-flight' });
    check(await compareArguments(task, { cloning }));
  });

  test('in results', async () => {
    const { task } = await makeValuesTask();
    check(await compareResults(task, { cloning }));
  });
});

test('every kind of value that can be cloned reaches a second attempt', async () => {
  const { task } = await makeValuesTask({ crashPolicy: 'restart-requeue-in-flight' });
  const { expected, actual } = await compareSecondAttempt(task);
  expect(actual).toBe(expected);
  expect(details()).toMatchObject([{ attemptCount: 2, status: 'ok' }]);
});

test('a value is the same one in all arguments that it is passed as', async () => {
  const { task } = await makeValuesTask();
  const values = () => {
    const shared = { buffer: new ArrayBuffer(2) };
    return [shared, [shared], shared.buffer];
  };
  const expected = await describeValue(structuredClone(values()));
  expect(await task.describe(...values())).toBe(expected);
});

test('a getter beside what is transferred is called once', async () => {
  const { task } = await makeValuesTask();
  let reads = 0;
  const argument = {
    buffer: new ArrayBuffer(2),
    get reads() {
      return ++reads;
    },
  };
  expect(await task.describe(argument)).toBe(
    await describeValue([{ buffer: new ArrayBuffer(2), reads: 1 }])
  );
  expect(argument.buffer.byteLength).toBe(0);
});

/** Whether the engine heeds it: Bun does not, and Deno detaches the others of the list. */
const marked = new Uint8Array([1, 2]);
markAsUntransferable(marked.buffer);
const beside = new ArrayBuffer(1);
const isHeeded = !canBeTransferred([beside, marked.buffer]) && beside.byteLength === 1;
const testMarked = isHeeded ? test : test.skip;

testMarked('a buffer that cannot be transferred is cloned', async () => {
  const { task } = await makeValuesTask();
  const given = new ArrayBuffer(4);
  expect(await task.sizes([marked, given])).toEqual([2, 4]);
  expect([marked, given].map((one) => one.byteLength)).toEqual([2, 0]);
});

test('a part of a pool is cloned, and a Buffer of its own is transferred', async () => {
  const { task } = await makeValuesTask();
  const buffer = Buffer.from('text');
  const isPooled = buffer.byteLength < buffer.buffer.byteLength; // in Bun none is
  const plain = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  expect(await task.sizes([buffer, plain])).toEqual([4, 4]);
  expect(String(buffer)).toBe(isPooled ? 'text' : '');
});
