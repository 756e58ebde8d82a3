/** @file What cannot be cloned rejects its call with an error that says where it was, and what to do. */
import { afterEach, describe, expect, test } from '@jest/globals';

import { details, disposeAll, makeFlag, makeTask, rejection, worker } from './support.js';

afterEach(disposeAll);

/** @type {(config?: object) => Promise<any>} */
const make = async (config) => (await makeTask({ taskId: 'resize', poolSize: 1, ...config })).task;

/**
 * @param {any} error
 * @param {string} where
 */
function isRefused(error, where) {
  expect(error).toBeInstanceOf(DOMException);
  expect(error.name).toBe('DataCloneError');
  expect(error.message).toMatch(new RegExp(`^${where} cannot be cloned: .+`));
  expect(error.message).toContain('toRaw(');
  expect(error.message).toContain('in Svelte $state.snapshot(');
  expect(error.cause.name).toBe('DataCloneError');
  expect(error.message).toContain(error.cause.message);
  const [{ error: told, errorName }] = details().filter(({ status }) => status === 'error');
  expect({ told, errorName }).toEqual({ told: String(error), errorName: 'DataCloneError' });
}

/** @param {() => unknown} fn */
function throws(fn) {
  try {
    fn();
  } catch {
    return true;
  }
  return false;
}

// Deno takes a list that names a buffer twice.
const twice = new ArrayBuffer(8);
const testDuplicates = throws(() => structuredClone(0, { transfer: [twice, twice] }))
  ? test
  : test.skip;

// Deno detaches what is to be transferred even of what it refuses: its own words are all there is then.
const lost = new ArrayBuffer(8);
throws(() => structuredClone(() => {}, { transfer: [lost] }));
const testKept = lost.byteLength > 0 ? test : test.skip;

describe('an argument', () => {
  const refused = () => new Proxy({}, {});

  test('of a call that is posted at once', async () => {
    const task = await make();
    await task.add(1, 1);
    isRefused(await rejection(task.add(1, refused())), "Argument 2 of add\\(\\) of task 'resize'");
    expect(await task.add(1, 2)).toBe(3);
  });

  test('of a call that waits for a worker, or to be accepted', async () => {
    const task = await make({ maxQueueDepth: 1 });
    const flag = makeFlag();
    const held = task.hold(flag.buffer);
    const queued = await rejection(task.echo([{ inner: refused() }]));
    isRefused(queued, "Argument 1 of echo\\(\\) of task 'resize'");
    const next = task.add(1, 2);
    const waits = rejection(task.echo(0, [new ArrayBuffer(8), refused()]));
    expect(task.getState().waiting).toBe(1);
    flag.set(1);
    expect(await Promise.all([held, next])).toEqual([undefined, 3]);
    expect((await waits).message).toMatch("Argument 2 of echo() of task 'resize'");
  });

  test('of a call that may run again', async () => {
    const task = await make({ crashPolicy: 'restart-requeue-in-flight' });
    isRefused(await rejection(task.echo(refused())), "Argument 1 of echo\\(\\) of task 'resize'");
  });

  testKept('beside what is transferred, which is transferred no further', async () => {
    const task = await make();
    await task.add(1, 1);
    const { port1 } = new MessageChannel();
    const error = await rejection(task.echo(new ArrayBuffer(8), port1, () => {}));
    isRefused(error, "Argument 3 of echo\\(\\) of task 'resize'");
    port1.close();
  });

  testDuplicates('where the list itself is refused', async () => {
    const task = await make();
    const buffer = new ArrayBuffer(8);
    const error = await rejection(task.with({ transfer: [buffer, buffer] }).echo(1, buffer));
    expect(error.message).toMatch("Argument ? of echo() of task 'resize' cannot be cloned");
  });

  test('whose getter throws: that error', async () => {
    const task = await make();
    const thrown = new RangeError('mine');
    const value = {
      get inner() {
        throw thrown;
      },
    };
    expect(await rejection(task.echo(value))).toBe(thrown);
  });
});

describe('in the worker', () => {
  test('a result, of objects and of others', async () => {
    const task = await make();
    isRefused(await rejection(task.returnFunction()), 'The result of returnFunction\\(\\)');
    expect((await rejection(task.returnProxy())).message).toMatch('The result of returnProxy()');
  });

  test('an item', async () => {
    const task = await make({ worker: worker('streams.js') });
    const items = await task.refused();
    await items.next();
    isRefused(await rejection(items.next()), 'An item of refused\\(\\)');
  });

  test('a progress value', async () => {
    isRefused(
      await rejection((await make()).reportFunction()),
      'A progress value of reportFunction\\(\\)'
    );
  });
});
