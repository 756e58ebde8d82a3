import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { makeSubscribe } from '../runtime/snapshot-subscription.js';
import { runModule } from './child-process.js';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
  Reflect.deleteProperty(globalThis, 'reportError');
});

/** A source of snapshots with one number in them, and its subscriptions. */
function makeCounter() {
  const state = { count: 0 };
  const getSnapshot = jest.fn(() => ({ tasks: [{ inFlight: state.count, limit: Infinity }] }));
  return { state, getSnapshot, ...makeSubscribe(getSnapshot) };
}

/** @returns {any} a listener, and the numbers in the snapshots that it got */
function makeListener() {
  /** @type {number[]} */
  const seen = [];
  return Object.assign((/** @type {any} */ { tasks }) => void seen.push(tasks[0].inFlight), {
    seen,
  });
}

describe('a listener', () => {
  test('is called at once and then every second', () => {
    const { state, subscribe } = makeCounter();
    const listener = makeListener();
    subscribe(listener);
    expect(listener.seen).toEqual([0]);
    state.count = 1;
    jest.advanceTimersByTime(999);
    expect(listener.seen).toEqual([0]);
    jest.advanceTimersByTime(1001);
    expect(listener.seen).toEqual([0, 1, 1]);
  });

  test('is called as often as it wants, by one timer', () => {
    const { subscribe } = makeCounter();
    const listener = makeListener();
    subscribe(listener, { intervalMs: 250 });
    expect(jest.getTimerCount()).toBe(1);
    jest.advanceTimersByTime(1000);
    expect(listener.seen).toHaveLength(5);
  });

  test('is not called at once if it does not want to be', () => {
    const { subscribe } = makeCounter();
    const listener = makeListener();
    subscribe(listener, { emitImmediately: false });
    expect(listener.seen).toEqual([]);
    jest.advanceTimersByTime(1000);
    expect(listener.seen).toEqual([0]);
  });

  test('is not called after it has unsubscribed, which it may do twice', () => {
    const { subscribe } = makeCounter();
    const [one, other] = [makeListener(), makeListener()];
    const unsubscribe = subscribe(one);
    subscribe(other);
    unsubscribe();
    unsubscribe();
    jest.advanceTimersByTime(1000);
    expect(one.seen).toEqual([0]);
    expect(other.seen).toEqual([0, 0]);
    expect(jest.getTimerCount()).toBe(1);
  });

  test('may be subscribed twice: each subscription is its own', () => {
    const { subscribe } = makeCounter();
    const listener = makeListener();
    const unsubscribe = subscribe(listener, { emitImmediately: false });
    subscribe(listener, { emitImmediately: false });
    unsubscribe();
    jest.advanceTimersByTime(1000);
    expect(listener.seen).toEqual([0]);
  });
});

describe('onlyOnChange', () => {
  test('leaves out what equals the snapshot before', () => {
    const { state, subscribe } = makeCounter();
    const listener = makeListener();
    subscribe(listener, { onlyOnChange: true });
    for (const count of [0, 1, 1, 0]) {
      state.count = count;
      jest.advanceTimersByTime(1000);
    }
    expect(listener.seen).toEqual([0, 1, 0]);
  });

  test('compares with the state at the start if nothing was emitted then', () => {
    const { state, subscribe } = makeCounter();
    const listener = makeListener();
    subscribe(listener, { onlyOnChange: true, emitImmediately: false });
    jest.advanceTimersByTime(2000);
    expect(listener.seen).toEqual([]);
    state.count = 1;
    jest.advanceTimersByTime(1000);
    expect(listener.seen).toEqual([1]);
  });

  test('is not misled by a listener that changes its snapshot', () => {
    const { subscribe } = makeCounter();
    const listener = jest.fn((/** @type {any} */ snapshot) => {
      snapshot.tasks[0].inFlight = 'changed';
    });
    subscribe(listener, { onlyOnChange: true });
    jest.advanceTimersByTime(1000);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe('an error', () => {
  test('of a listener is reported, and stops neither it nor others', () => {
    const reportError = jest.fn();
    Object.assign(globalThis, { reportError });
    const { subscribe } = makeCounter();
    const error = new Error('listener');
    const listener = jest.fn(() => {
      throw error;
    });
    const other = makeListener();
    subscribe(listener);
    subscribe(other);
    jest.advanceTimersByTime(1000);
    expect(listener).toHaveBeenCalledTimes(2);
    expect(reportError.mock.calls).toEqual([[error], [error]]);
    expect(other.seen).toEqual([0, 0]);
  });

  test('of a look at the state is reported too', () => {
    const reportError = jest.fn();
    Object.assign(globalThis, { reportError });
    const { getSnapshot, subscribe } = makeCounter();
    const error = new Error('snapshot');
    const listener = makeListener();
    subscribe(listener);
    getSnapshot.mockImplementationOnce(() => {
      throw error;
    });
    jest.advanceTimersByTime(2000);
    expect(reportError.mock.calls).toEqual([[error]]);
    expect(listener.seen).toEqual([0, 0]);
  });
});

describe('end()', () => {
  test('ends every subscription', () => {
    const { subscribe, end } = makeCounter();
    const listeners = [makeListener(), makeListener()];
    const [unsubscribe] = listeners.map((listener) => subscribe(listener));
    end();
    expect(jest.getTimerCount()).toBe(0);
    expect(() => unsubscribe()).not.toThrow();
    end();
  });

  test('leaves a later subscriber with the state as it is', () => {
    const { subscribe, end } = makeCounter();
    end();
    const listener = makeListener();
    subscribe(listener)();
    subscribe(listener, { emitImmediately: false });
    expect(listener.seen).toEqual([0]);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('may be called by a listener', () => {
    const { subscribe, end } = makeCounter();
    subscribe(() => end());
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a bad argument is named, quoted and explained', () => {
  const listener = () => {};
  test.each(
    /** @type {[any[], string[]][]} */ ([
      [[], ["'listener'", 'undefined', 'a function']],
      [
        [listener, null],
        ['an object of options', 'null (object)'],
      ],
      [
        [listener, { intervalMs: 0 }],
        ["'intervalMs'", '0 (number)', 'above 0'],
      ],
      [
        [listener, { intervalMs: NaN }],
        ["'intervalMs'", 'NaN'],
      ],
      [
        [listener, { intervalMs: Infinity }],
        ["'intervalMs'", 'Infinity', 'at most 2147483647'],
      ],
      [
        [listener, { intervalMs: '10' }],
        ["'intervalMs'", "'10' (string)"],
      ],
      [
        [listener, { emitImmediately: 1 }],
        ["'emitImmediately'", '1 (number)', 'true or false'],
      ],
      [
        [listener, { onlyOnChange: 'no' }],
        ["'onlyOnChange'", "'no'", 'true or false'],
      ],
      [
        [listener, { interval: 5 }],
        ["unknown option 'interval'", 'intervalMs'],
      ],
    ])
  )('%#', (given, texts) => {
    const { subscribe } = makeCounter();
    let error;
    try {
      subscribe(.../** @type {[any]} */ (given));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    for (const text of ['subscribeRuntimeSnapshot()', ...texts]) {
      expect(/** @type {TypeError} */ (error).message).toContain(text);
    }
    expect(jest.getTimerCount()).toBe(0);
  });

  test('an option that is undefined is not given', () => {
    const { subscribe } = makeCounter();
    const listener = makeListener();
    subscribe(listener, { intervalMs: undefined, emitImmediately: undefined });
    jest.advanceTimersByTime(1000);
    expect(listener.seen).toEqual([0, 0]);
  });
});

describe('in a process of its own', () => {
  const module = new URL('../runtime/snapshot-subscription.js', import.meta.url);
  const run = (/** @type {string} */ code) =>
    runModule(`import { makeSubscribe } from '${module}';
      const { subscribe } = makeSubscribe(() => ({}));
      ${code}`);

  test('a subscription does not keep it alive', async () => {
    const stdout = await run(`subscribe(() => console.log('called'));`);
    expect(stdout).toBe('called\n');
  });

  test('what a listener throws is an uncaught error', async () => {
    const stdout = await run(`
      process.on('uncaughtException', (error) => console.log(error.message));
      subscribe(() => { throw new Error('listener'); });
      console.log('subscribed');`);
    expect(stdout.split('\n').sort()).toEqual(['', 'listener', 'subscribed']);
  });
});
