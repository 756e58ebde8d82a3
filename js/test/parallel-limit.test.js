import { getEventListeners } from 'node:events';

import { afterEach, describe, expect, jest, test } from '@jest/globals';

import { parallelLimit } from '../parallel-limit.js';
import { AbortKeys } from '../runtime/calls/abort-keys.js';
import { details, disposeAll, makeFlag, makeTask, rejection } from './support.js';

afterEach(disposeAll);

/** Resolves when every microtask has run: nothing here takes longer by itself. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A `fn` whose calls the test completes, by item. */
function makeCalls() {
  /** @type {Record<any, any>} */
  const calls = {};
  const fn = (/** @type {any} */ item, /** @type {any} */ info) =>
    new Promise((resolve, reject) => {
      calls[item] = { ...info, resolve, reject };
    });
  return { calls, fn };
}

/** Items 1 to `count`, and what became of their source. */
function makeSource(count = Infinity) {
  const state = { taken: 0, closed: false };
  function* generate() {
    try {
      while (state.taken < count) yield ++state.taken;
    } finally {
      state.closed = true;
    }
  }
  return Object.assign(state, { items: generate() });
}

async function* idle() {
  yield 1;
  await new Promise(() => {});
}

function failToClose(/** @type {Generator<number>} */ items, /** @type {Error} */ error) {
  items.return = () => {
    throw error;
  };
  return items;
}

/** All results, and the error if there is one. */
async function drain(/** @type {AsyncIterable<any>} */ results) {
  const got = [];
  try {
    for await (const result of results) got.push(result);
  } catch (error) {
    return { got, error };
  }
  return { got };
}

/** Takes one result and stops. */
async function takeOne(/** @type {AsyncIterable<any>} */ results) {
  for await (const result of results) return result;
}

const twice = (/** @type {number} */ n) => n * 2;

describe('results', () => {
  test('come in the order in which the calls complete', async () => {
    const { calls, fn } = makeCalls();
    const results = drain(parallelLimit([1, 2, 3], 3, fn));
    calls[3].resolve('c');
    await turn();
    calls[1].resolve('a');
    await turn();
    calls[2].resolve('b');
    expect(await results).toEqual({ got: ['c', 'a', 'b'] });
  });

  test('of a synchronous fn are in the order of the items', async () => {
    expect(await drain(parallelLimit(makeSource(5).items, 2, twice))).toEqual({
      got: [2, 4, 6, 8, 10],
    });
  });

  test.each(
    /** @type {[string, () => any][]} */ ([
      ['an array', () => [1, 2, 3]],
      ['a set', () => new Set([1, 2, 3])],
      ['an array of promises', () => [1, Promise.resolve(2), 3]],
      ['a generator', () => makeSource(3).items],
      [
        'an async generator',
        async function* () {
          yield* [1, 2, 3];
        },
      ],
      ['a stream', () => new Blob(['\x01\x02\x03']).stream()],
    ])
  )('%s may be the source', async (_, make) => {
    const { got } = await drain(parallelLimit(make(), 2, (item) => item));
    const numbers = got.flatMap((item) => (typeof item === 'number' ? item : [...item]));
    expect(numbers.sort()).toEqual([1, 2, 3]);
  });

  test('none come from no items', async () => {
    expect(await drain(parallelLimit([], 2, twice))).toEqual({ got: [] });
  });

  test('go to as many next() as there are, and then it is done', async () => {
    const results = parallelLimit([1, 2], 2, twice);
    const steps = await Promise.all([results.next(), results.next(), results.next()]);
    expect(steps).toEqual([
      { done: false, value: 2 },
      { done: false, value: 4 },
      { done: true, value: undefined },
    ]);
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('fn is told the index, and has a signal of its own that stays quiet', async () => {
    const fn = jest.fn((/** @type {string} */ item, /** @type {any} */ info) => info);
    const { got } = await drain(parallelLimit('ab', 2, fn));
    expect(fn.mock.calls.map(([item, { index }]) => [item, index])).toEqual([
      ['a', 0],
      ['b', 1],
    ]);
    expect(got[0].signal).not.toBe(got[1].signal);
    expect(got.map(({ signal }) => signal.aborted)).toEqual([false, false]);
  });
});

describe('an async source', () => {
  test('is asked for items until there are enough calls', async () => {
    const { calls, fn } = makeCalls();
    async function* source() {
      yield* [1, 2, 3];
    }
    const results = drain(parallelLimit(source(), 2, fn));
    await turn();
    expect(Object.keys(calls)).toEqual(['1', '2']);
    for (const item of [2, 1]) calls[item].resolve(item);
    await turn();
    calls[3].resolve(3);
    expect(await results).toEqual({ got: [2, 1, 3] });
  });

  test('may end after the last result', async () => {
    let end = () => {};
    async function* source() {
      yield 1;
      await new Promise((resolve) => (end = () => resolve(undefined)));
    }
    const results = parallelLimit(source(), 2, twice);
    expect(await results.next()).toEqual({ done: false, value: 2 });
    const last = results.next();
    await turn();
    end();
    expect(await last).toEqual({ done: true, value: undefined });
  });
});

describe('limit', () => {
  test('is how many calls are under way', async () => {
    let active = 0;
    const counts = /** @type {number[]} */ ([]);
    const fn = async () => {
      counts.push(++active);
      await turn();
      active -= 1;
    };
    expect((await drain(parallelLimit(makeSource(12).items, 3, fn))).got).toHaveLength(12);
    expect(Math.max(...counts)).toBe(3);
  });

  test('is how many results wait for a consumer that is busy', async () => {
    const source = makeSource();
    const results = parallelLimit(source.items, 2, twice);
    expect(source.taken).toBe(0);
    await results.next();
    await turn();
    expect(source.taken).toBe(3); // one consumed, two waiting
    await results.next();
    await turn();
    expect(source.taken).toBe(4);
  });

  test('leaves room for others while the consumer works on a result', async () => {
    const { calls, fn } = makeCalls();
    const results = parallelLimit([1, 2, 3], 1, fn);
    const first = results.next();
    calls[1].resolve();
    await first;
    expect(Object.keys(calls)).toEqual(['1', '2']);
  });

  test('is not used up by failures that are skipped', async () => {
    const { calls, fn } = makeCalls();
    const results = parallelLimit([1, 2, 3, 4], 2, fn, { errorPolicy: 'continue' });
    const first = results.next();
    calls[1].resolve();
    await first;
    calls[2].reject(new Error('two'));
    calls[3].reject(new Error('three'));
    await turn();
    expect(Object.keys(calls)).toEqual(['1', '2', '3', '4']);
  });
});

describe('fail-fast', () => {
  test('throws the failure after the results that were there before it', async () => {
    const { calls, fn } = makeCalls();
    const source = makeSource();
    const onError = jest.fn();
    const error = new Error('three');
    const results = parallelLimit(source.items, 3, fn, { onError });
    const first = results.next();
    calls[1].resolve('a');
    expect(await first).toEqual({ done: false, value: 'a' });
    calls[2].resolve('b');
    await turn();
    calls[3].reject(error);
    await turn();
    expect(calls[4].signal.reason).toMatchObject({ name: 'AbortError' });
    expect(calls[2].signal.aborted).toBe(false);
    expect(await drain(results)).toEqual({ got: ['b'], error });
    expect(onError.mock.calls).toEqual([[error, 3, 2]]);
    expect(source).toMatchObject({ taken: 4, closed: true });
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  test('ignores what becomes of the other calls, and waits for none', async () => {
    const { calls, fn } = makeCalls();
    const onError = jest.fn();
    const results = drain(parallelLimit([1, 2, 3, 4], 3, fn, { onError }));
    const error = new Error('one');
    calls[1].reject(error);
    expect(await results).toEqual({ got: [], error });
    calls[2].reject(new Error('two'));
    calls[3].resolve('c');
    await turn();
    expect(onError).toHaveBeenCalledTimes(1);
    expect(calls).not.toHaveProperty('4');
  });

  test('throws what onError throws instead of the failure', async () => {
    const better = new Error('better');
    const onError = () => {
      throw better;
    };
    const results = parallelLimit([1], 1, () => Promise.reject(new Error('one')), { onError });
    expect(await drain(results)).toEqual({ got: [], error: better });
  });

  test('takes what fn throws as a failure, undefined too', async () => {
    const results = parallelLimit([1], 1, () => {
      throw undefined;
    });
    await expect(results.next()).rejects.toBeUndefined();
  });

  test('takes an item that rejects as a failure', async () => {
    const error = new Error('no such item');
    const items = [1, Promise.reject(error)];
    expect(await drain(parallelLimit(items, 2, twice))).toEqual({ got: [2], error });
  });

  test('holds for a source that throws, which is not closed again', async () => {
    const { calls, fn } = makeCalls();
    const error = new Error('source');
    const close = jest.fn();
    let taken = 0;
    const iterator = {
      next() {
        if (++taken === 3) throw error;
        return { done: false, value: taken };
      },
      return: close,
    };
    const items = { [Symbol.iterator]: () => iterator };
    expect(await drain(parallelLimit(/** @type {any} */ (items), 3, fn))).toEqual({
      got: [],
      error,
    });
    expect([calls[1], calls[2]].map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(close).not.toHaveBeenCalled();
  });

  test('holds for a source that cannot be opened', async () => {
    const error = new Error('locked');
    const items = {
      [Symbol.asyncIterator]() {
        throw error;
      },
    };
    expect(await drain(parallelLimit(/** @type {any} */ (items), 3, twice))).toEqual({
      got: [],
      error,
    });
  });
});

describe('continue', () => {
  const fn = (/** @type {number} */ n) => {
    if (n % 2 === 0) throw new Error(`even ${n}`);
    return n;
  };

  test('skips failures and reports them', async () => {
    const onError = jest.fn();
    const options = /** @type {const} */ ({ errorPolicy: 'continue' });
    const { got } = await drain(parallelLimit([1, 2, 3, 4], 2, fn, { ...options, onError }));
    expect(got).toEqual([1, 3]);
    expect(onError.mock.calls).toEqual([
      [new Error('even 2'), 2, 1],
      [new Error('even 4'), 4, 3],
    ]);
  });

  test('needs no onError', async () => {
    expect(await drain(parallelLimit([1, 2, 3], 2, fn, { errorPolicy: 'continue' }))).toEqual({
      got: [1, 3],
    });
  });

  test('is what returnSettled means, which yields failures too', async () => {
    const onError = jest.fn();
    const results = parallelLimit([1, 2], 1, fn, { returnSettled: true, onError });
    expect((await drain(results)).got).toEqual([
      { status: 'fulfilled', value: 1, item: 1, index: 0 },
      { status: 'rejected', reason: new Error('even 2'), item: 2, index: 1 },
    ]);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  test('is not what returnSettled means under fail-fast', async () => {
    const results = parallelLimit([1, 2, 3], 1, fn, {
      errorPolicy: 'fail-fast',
      returnSettled: true,
    });
    expect(await drain(results)).toEqual({
      got: [{ status: 'fulfilled', value: 1, item: 1, index: 0 }],
      error: new Error('even 2'),
    });
  });

  test.each([
    [
      'throws',
      (/** @type {unknown} */ error) => {
        throw error;
      },
    ],
    ['rejects with', (/** @type {unknown} */ error) => Promise.reject(error)],
  ])('ends with what onError %s', async (_, onError) => {
    const { calls, fn } = makeCalls();
    const results = drain(parallelLimit([1, 2], 2, fn, { errorPolicy: 'continue', onError }));
    const error = new Error('enough');
    calls[1].reject(error);
    expect(await results).toEqual({ got: [], error });
    expect(calls[2].signal.aborted).toBe(true);
  });

  test('lets calls under way complete when the source throws', async () => {
    const { calls, fn } = makeCalls();
    const error = new Error('source');
    async function* source() {
      yield 1;
      throw error;
    }
    const results = drain(parallelLimit(source(), 2, fn, { errorPolicy: 'continue' }));
    await turn();
    expect(calls[1].signal.aborted).toBe(false);
    calls[1].resolve('a');
    expect(await results).toEqual({ got: ['a'], error });
  });
});

describe('signal', () => {
  test('that has fired already: nothing is taken', async () => {
    const reason = new Error('never mind');
    const source = makeSource();
    const results = parallelLimit(source.items, 2, twice, { signal: AbortSignal.abort(reason) });
    expect(await drain(results)).toEqual({ got: [], error: reason });
    expect(source.taken).toBe(0);
  });

  test('that fires ends the iteration at once, and is not listened to any more', async () => {
    const { calls, fn } = makeCalls();
    const source = makeSource();
    const controller = new AbortController();
    const { signal } = controller;
    const reason = new Error('never mind');
    const results = drain(parallelLimit(source.items, 2, fn, { signal, errorPolicy: 'continue' }));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort(reason);
    expect([calls[1], calls[2]].map((call) => call.signal.reason)).toEqual([reason, reason]);
    expect(await results).toEqual({ got: [], error: reason });
    expect(source).toMatchObject({ taken: 2, closed: true });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('drops the results that wait', async () => {
    const controller = new AbortController();
    const reason = new Error('never mind');
    const results = parallelLimit([1, 2, 3], 2, twice, { signal: controller.signal });
    await results.next();
    await turn();
    controller.abort(reason);
    expect(await drain(results)).toEqual({ got: [], error: reason });
  });

  test('is not listened to after the last result', async () => {
    const { signal } = new AbortController();
    expect(await drain(parallelLimit([1, 2], 2, twice, { signal }))).toEqual({ got: [2, 4] });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('may fire while the source is asked for an item', async () => {
    const controller = new AbortController();
    let closed = false;
    function* source() {
      try {
        yield 1;
        controller.abort();
        yield 2;
      } finally {
        closed = true;
      }
    }
    const fn = jest.fn();
    const { error } = await drain(parallelLimit(source(), 2, fn, { signal: controller.signal }));
    expect(error).toBe(controller.signal.reason);
    expect(fn).toHaveBeenCalledTimes(1);
    expect(closed).toBe(true);
  });
});

describe('a consumer that stops', () => {
  test.each(
    /** @type {[string, (results: AsyncIterable<any>) => Promise<unknown>][]} */ ([
      [
        'by break',
        async (results) => {
          let got;
          for await (got of results) break;
          return got;
        },
      ],
      ['by return', takeOne],
      [
        'by throwing',
        async (results) => {
          try {
            for await (const result of results) throw result;
          } catch {}
        },
      ],
      [
        'by throw()',
        async (results) => {
          const iterator = /** @type {any} */ (results);
          await iterator.next();
          await rejection(iterator.throw(new Error('stop')));
        },
      ],
    ])
  )('%s ends calls and source', async (_, consume) => {
    const { calls, fn } = makeCalls();
    const source = makeSource();
    const results = parallelLimit(source.items, 2, fn);
    const consumed = consume(results);
    calls[1].resolve();
    await consumed;
    expect(calls[1].signal.aborted).toBe(false);
    expect([calls[2], calls[3]].map(({ signal }) => signal.reason.name)).toEqual([
      'AbortError',
      'AbortError',
    ]);
    expect(source).toMatchObject({ taken: 3, closed: true });
    calls[2].reject(new Error('two'));
    calls[3].resolve();
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(source.taken).toBe(3);
  });

  test('before it starts has called nothing', async () => {
    const source = makeSource();
    const fn = jest.fn();
    const results = parallelLimit(source.items, 2, fn);
    expect(await results.return?.('value')).toEqual({ done: true, value: 'value' });
    expect(await results.next()).toEqual({ done: true, value: undefined });
    expect(source.taken).toBe(0);
    expect(fn).not.toHaveBeenCalled();
  });

  test('by return() while it waits for a result', async () => {
    const { calls, fn } = makeCalls();
    const results = parallelLimit([1, 2], 1, fn);
    const pending = results.next();
    const returned = results.return?.();
    expect(calls[1].signal.aborted).toBe(true);
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await returned).toEqual({ done: true, value: undefined });
  });

  test('does not hear of what the source was asked for', async () => {
    /** @type {any} */
    let request;
    const iterator = {
      next: () => new Promise((resolve, reject) => (request = { resolve, reject })),
      async return() {
        request.reject(new Error('closed'));
        return {};
      },
    };
    const items = /** @type {any} */ ({ [Symbol.asyncIterator]: () => iterator });
    const results = parallelLimit(items, 1, twice, { errorPolicy: 'continue' });
    const pending = results.next();
    await results.return?.();
    expect(await pending).toEqual({ done: true, value: undefined });
  });

  test('waits until an async source is closed', async () => {
    let closed = false;
    async function* source() {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        await turn();
        closed = true;
      }
    }
    await takeOne(parallelLimit(source(), 2, twice));
    expect(closed).toBe(true);
  });

  test('while an item is awaited: fn is not called with it', async () => {
    const fn = jest.fn();
    const keyOf = jest.fn(String);
    let arrive = () => {};
    const item = new Promise((resolve) => (arrive = () => resolve('item')));
    const options = { abortTaskController: new AbortKeys(), keyOf };
    const results = parallelLimit([item], 1, fn, options);
    const pending = results.next();
    await results.return?.();
    arrive();
    expect(await pending).toEqual({ done: true, value: undefined });
    await turn();
    expect(fn).not.toHaveBeenCalled();
    expect(keyOf).not.toHaveBeenCalled();
  });

  test('learns how closing the source failed', async () => {
    const error = new Error('close');
    const results = parallelLimit(failToClose(makeSource().items, error), 1, twice);
    expect(await rejection(takeOne(results))).toBe(error);
  });
});

describe('a source that is waiting for something', () => {
  test('does not hold up a consumer that stops', async () => {
    const source = idle();
    const close = jest.spyOn(source, 'return');
    await takeOne(parallelLimit(source, 2, twice));
    expect(close).toHaveBeenCalledTimes(1);
  });

  test('does not hold up a failure', async () => {
    const source = idle();
    const close = jest.spyOn(source, 'return');
    const { calls, fn } = makeCalls();
    const results = drain(parallelLimit(source, 2, fn));
    await turn();
    const error = new Error('one');
    calls[1].reject(error);
    expect(await results).toEqual({ got: [], error });
    expect(close).toHaveBeenCalledTimes(1);
  });
});

describe('closing the source', () => {
  test('may fail: the failure before is not hidden', async () => {
    const error = new Error('fn');
    const items = failToClose(makeSource().items, new Error('close'));
    const { calls, fn } = makeCalls();
    const results = parallelLimit(items, 2, fn);
    const first = results.next();
    calls[1].resolve();
    await first;
    calls[2].reject(error);
    await turn();
    expect(await drain(results)).toEqual({ got: [], error });
  });

  test('may fail when that is not waited for', async () => {
    const source = idle();
    source.return = () => Promise.reject(new Error('close'));
    expect(await takeOne(parallelLimit(source, 2, twice))).toBe(2);
    await turn();
  });
});

describe('keys', () => {
  const keyOf = (/** @type {any} */ item) => `key ${item}`;

  test('that are aborted cancel their items, which is no failure', async () => {
    const { calls, fn } = makeCalls();
    const onError = jest.fn();
    const abortTaskController = new AbortKeys();
    const options = { abortTaskController, keyOf, onError };
    const results = drain(parallelLimit([1, 2, 3], 3, fn, options));
    const reason = new Error('not this one');
    abortTaskController.abort('key 1', reason);
    abortTaskController.abort('key 2');
    expect(calls[1].signal.reason).toBe(reason);
    expect(calls[3].signal.aborted).toBe(false);
    calls[1].reject(reason);
    calls[2].resolve('b');
    calls[3].resolve('c');
    expect(await results).toEqual({ got: ['c'] });
    expect(onError).not.toHaveBeenCalled();
  });

  test('that are aborted: outcomes say so', async () => {
    const { calls, fn } = makeCalls();
    const abortTaskController = new AbortKeys();
    const options = { abortTaskController, keyOf, returnSettled: true };
    const results = drain(parallelLimit(['a'], 1, fn, options));
    const reason = new Error('not this one');
    abortTaskController.abort('key a', reason);
    calls.a.resolve('too late');
    const { got } = await results;
    expect(got).toEqual([{ status: 'rejected', reason, item: 'a', index: 0 }]);
  });

  test('that were aborted before mean nothing', async () => {
    const abortTaskController = new AbortKeys();
    abortTaskController.abort('key 1');
    const options = { abortTaskController, keyOf };
    expect(await drain(parallelLimit([1], 1, twice, options))).toEqual({ got: [2] });
  });

  test('whose signal has fired: fn is not called', async () => {
    const fn = jest.fn(twice);
    const abortTaskController = { signalFor: () => AbortSignal.abort(), abortMany() {} };
    const options = { abortTaskController, keyOf };
    expect(await drain(parallelLimit([1], 1, fn, options))).toEqual({ got: [] });
    expect(fn).not.toHaveBeenCalled();
  });

  test('that are aborted while the result waits', async () => {
    const abortTaskController = new AbortKeys();
    const results = parallelLimit([1, 2, 3], 2, twice, { abortTaskController, keyOf });
    await results.next();
    await turn();
    abortTaskController.abort('key 2');
    expect(await drain(results)).toEqual({ got: [6] });
  });

  test.each(
    /** @type {[string, (stop: any) => void][]} */ ([
      ['a failure', ({ calls }) => calls[2].reject(new Error('two'))],
      ['the signal', ({ controller }) => controller.abort()],
      ['a consumer that stops', ({ results }) => results.return()],
    ])
  )('of calls under way are aborted by %s', async (_, stop) => {
    const { calls, fn } = makeCalls();
    const abortTaskController = new AbortKeys();
    const controller = new AbortController();
    const options = { abortTaskController, keyOf, signal: controller.signal };
    const results = parallelLimit([1, 2, 3, 4], 3, fn, options);
    const first = results.next();
    const signals = [1, 2, 3].map((item) => abortTaskController.signalFor(keyOf(item)));
    calls[1].resolve();
    await first;
    stop({ calls, controller, results });
    await turn();
    expect(abortTaskController.isAborted('key 1')).toBe(false);
    expect(abortTaskController.isAborted('key 3')).toBe(true);
    expect(abortTaskController.isAborted('key 4')).toBe(true);
    for (const signal of signals) expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('are not aborted when the iteration has come to its end', async () => {
    const abortTaskController = new AbortKeys();
    const abortMany = jest.spyOn(abortTaskController, 'abortMany');
    await drain(parallelLimit([1], 1, twice, { abortTaskController, keyOf }));
    expect(getEventListeners(abortTaskController.signalFor('key 1'), 'abort')).toHaveLength(0);
    expect(abortMany).not.toHaveBeenCalled();
  });

  test('are optional for an item, and keyOf may fail for one', async () => {
    const abortTaskController = new AbortKeys();
    const error = new Error('no key');
    const someKeyOf = (/** @type {number} */ item, /** @type {number} */ index) => {
      if (index === 2) throw error;
      return index === 0 ? undefined : '';
    };
    const options = { abortTaskController, keyOf: someKeyOf };
    expect(await drain(parallelLimit([1, 2, 3], 1, twice, options))).toEqual({
      got: [2, 4],
      error,
    });
  });
});

describe('a bad argument is named, quoted and explained', () => {
  const controller = new AbortKeys();
  test.each(
    /** @type {[any[], string[]][]} */ ([
      [
        [5, 1, twice],
        ["'items'", '5 (number)', 'iterable'],
      ],
      [
        [undefined, 1, twice],
        ["'items'", 'undefined'],
      ],
      [
        [{}, 1, twice],
        ["'items'", 'object (Object)'],
      ],
      [
        [[], 0, twice],
        ["'limit'", '0 (number)', 'at least 1'],
      ],
      [
        [[], 1.5, twice],
        ["'limit'", '1.5'],
      ],
      [
        [[], '2', twice],
        ["'limit'", "'2' (string)"],
      ],
      [
        [[], Infinity, twice],
        ["'limit'", 'Infinity'],
      ],
      [
        [[], 1, 'fn'],
        ["'fn'", "'fn' (string)", 'a function'],
      ],
      [
        [[], 1, twice, null],
        ['an object of options', 'null (object)'],
      ],
      [
        [[], 1, twice, { errorPolicy: 'stop' }],
        ["'errorPolicy'", "'stop'", "'continue'"],
      ],
      [
        [[], 1, twice, { onError: 1 }],
        ["'onError'", '1 (number)', 'function'],
      ],
      [
        [[], 1, twice, { signal: new AbortController() }],
        ["'signal'", 'AbortSignal'],
      ],
      [
        [[], 1, twice, { keyOf: 'id' }],
        ["'keyOf'", "'id'", 'function'],
      ],
      [
        [[], 1, twice, { abortTaskController: 1 }],
        ["'abortTaskController'", '1 (number)'],
      ],
      [
        [[], 1, twice, { abortTaskController: controller }],
        ["'keyOf'", 'go together'],
      ],
      [
        [[], 1, twice, { keyOf: String }],
        ["'abortTaskController'", 'go together'],
      ],
      [
        [[], 1, twice, { returnSettled: 'yes' }],
        ["'returnSettled'", "'yes'", 'true or false'],
      ],
      [
        [[], 1, twice, { concurrency: 2 }],
        ["unknown option 'concurrency'", 'errorPolicy'],
      ],
    ])
  )('%#', (given, texts) => {
    let error;
    try {
      parallelLimit(.../** @type {[any, any, any]} */ (given));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    for (const text of ['parallelLimit()', ...texts]) {
      expect(/** @type {TypeError} */ (error).message).toContain(text);
    }
  });

  test('an option that is undefined is not given', async () => {
    const options = { errorPolicy: undefined, signal: undefined, keyOf: undefined };
    const results = parallelLimit([1, 2], 1, () => Promise.reject(new Error('no')), options);
    expect(await drain(results)).toEqual({ got: [], error: new Error('no') });
  });
});

describe('with tasks', () => {
  test('every item gets through, whatever the limit', async () => {
    const { task } = await makeTask();
    const items = Array.from({ length: 20 }, (_, i) => i);
    const fn = (/** @type {number} */ n, /** @type {any} */ { signal }) =>
      task.with({ signal }).add(n, 100);
    const { got } = await drain(parallelLimit(items, 4, fn));
    expect(got.sort((a, b) => a - b)).toEqual(items.map((n) => n + 100));
  });

  test('handlers see that the consumer has stopped', async () => {
    const { task } = await makeTask();
    const flag = makeFlag();
    /** @type {Promise<any>[]} */
    const calls = [];
    const fn = async (/** @type {string} */ item, /** @type {any} */ { signal }) => {
      if (item === 'quick') return flag.reaches(1);
      const call = task.with({ signal }).untilAborted(flag.buffer);
      calls.push(rejection(call));
      return call;
    };
    await takeOne(parallelLimit(['slow', 'quick'], 2, fn));
    await flag.reaches(2);
    expect(await Promise.all(calls)).toMatchObject([{ name: 'AbortError' }]);
  });

  test('a failure that a handler throws reaches the consumer', async () => {
    const { task } = await makeTask();
    const flag = makeFlag();
    const fn = async (/** @type {string} */ item, /** @type {any} */ { signal }) => {
      if (item === 'slow') return task.with({ signal }).untilAborted(flag.buffer);
      await flag.reaches(1);
      return task.with({ signal }).fail();
    };
    const { error } = await drain(parallelLimit(['slow', 'bad'], 2, fn));
    expect(error).toMatchObject({ name: 'RangeError', message: 'too wide' });
    await flag.reaches(2);
  });

  test('every call is in the trace that it follows from, beside another trace', async () => {
    const { runtime, task } = await makeTask();
    const traced = (/** @type {string} */ name) =>
      runtime.trace(name, async () => {
        const got = [];
        for await (const result of parallelLimit([1, 2, 3, 4, 5], 2, (n) => task.echo(name + n))) {
          got.push(result);
        }
        return got.sort();
      });
    const [a, b] = await Promise.all([traced('a'), traced('b')]);
    expect(a).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
    expect(b).toEqual(['b1', 'b2', 'b3', 'b4', 'b5']);
    const traces = details().filter(({ spanCount }) => spanCount !== undefined);
    expect(traces.map(({ traceName, spanCount }) => [traceName, spanCount]).sort()).toEqual([
      ['a', 5],
      ['b', 5],
    ]);
  });
});
