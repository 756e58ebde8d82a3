/** @file callback(): functions of this thread that a handler calls. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { callback } from 'atelier-wasm';

import { describe as describeValue } from './callbacks/describe.js';
import { details, disposeAll, makeTask, ours, rejection, worker } from './support.js';

afterEach(disposeAll);

/** @type {(config?: object) => Promise<{ task: any, runtime: import('atelier-wasm').TaskRuntime }>} */
const make = (config) =>
  makeTask({ worker: worker('../callbacks/handlers.js'), poolSize: 1, ...config });

const never = () => new Promise(() => {});

/** A promise, and what settles it. */
function defer() {
  /** @type {any} */
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}

/** Calls until the worker says what the callbacks of earlier calls have given. */
async function seenBy(/** @type {any} */ task, /** @type {number} */ count) {
  /** @type {any[]} */
  const all = [];
  while (all.length < count) all.push(...(await task.seen()));
  return all;
}

describe('a callback', () => {
  test('gets what the handler passes, and the handler what it returns', async () => {
    const { task } = await make();
    /** @type {any[]} */
    const calls = [];
    const fn = callback((...args) => {
      calls.push(args);
      return new Map([['sum', args[0] + args[1]]]);
    });
    expect(await task.call(fn, 1, 2, [new Date(0)])).toEqual(new Map([['sum', 3]]));
    expect(calls).toEqual([[1, 2, [new Date(0)]]]);
    expect(details()).toMatchObject([{ method: 'call', status: 'ok', attemptCount: 1 }]);
  });

  test('may be asynchronous, and return nothing', async () => {
    const { task } = await make();
    expect(
      await task.call(
        callback(async (x) => `later ${x}`),
        1
      )
    ).toBe('later 1');
    expect(await task.call(callback(() => {}))).toBe(undefined);
  });

  test('is called in the order in which the handler calls, a thousand times too', async () => {
    const { task } = await make();
    /** @type {number[]} */
    const order = [];
    const fn = callback((i) => {
      order.push(i);
      return i % 2 ? i : Promise.resolve(i);
    });
    const numbers = Array.from({ length: 1000 }, (_, i) => i);
    expect(await task.each(fn, 1000)).toEqual(numbers);
    expect(order).toEqual(numbers);
  });

  test('is a function on this thread too', async () => {
    expect(await callback((x) => x + 1)(1)).toBe(2);
    await expect(
      callback(() => {
        throw new RangeError('no');
      })()
    ).rejects.toThrow('no');
  });

  test.each([5, undefined, null, {}, 'f', Object.create(null), Symbol('s')])(
    'has to be made of a function: not of %p',
    (value) => {
      expect(() => callback(/** @type {any} */ (value))).toThrow(TypeError);
      expect(() => callback(/** @type {any} */ (value))).toThrow(
        'callback() takes a function, but was given '
      );
    }
  );

  test('is copied to and fro: nothing is transferred', async () => {
    const { task } = await make();
    const kept = new Uint8Array([4]);
    expect(
      await task.lengthAfter(
        callback((bytes, { bytes: same }) => {
          expect(bytes).toBe(same);
          expect([...bytes]).toEqual([1, 2, 3]);
          return kept;
        })
      )
    ).toBe(3);
    expect(await task.call(callback(() => kept))).toEqual(kept);
    expect(kept).toHaveLength(1);
  });

  test('dispatches to other tasks, and to its own', async () => {
    const { task, runtime } = await make({ poolSize: 2 });
    /** @type {any} */
    const other = runtime.defineTask({ type: 'singleton', worker: worker('handlers.js') });
    expect(await task.call(callback(() => other.add(1, 2)))).toBe(3);
    const inner = callback(() => 'inner');
    expect(await task.call(callback(() => task.call(inner)))).toBe('inner');
    const passedOn = callback((x) => x * 2);
    expect(
      await task.call(
        callback((x) => passedOn(x)),
        2
      )
    ).toBe(4);
  });
});

describe('anywhere in the arguments', () => {
  class Scene {
    #hidden = 1;
    /** @param {any} fn */
    constructor(fn) {
      this.name = 'scene';
      this.onStep = fn;
    }
    get hidden() {
      return this.#hidden;
    }
  }
  const fn = callback(() => 'called');
  const other = callback(() => 'other');
  const shared = { shared: true };
  /** @type {any} */
  const cyclic = { list: [1, fn] };
  cyclic.self = cyclic;
  cyclic.list.push(cyclic, cyclic.list);
  const sparse = [1, , fn, , 2]; // eslint-disable-line no-sparse-arrays
  Object.assign(sparse, { extra: other });
  const proto = JSON.parse('{ "__proto__": { "x": 1 }, "inner": {} }');
  proto.inner.fn = fn;
  const own = Object.defineProperty({}, '__proto__', { value: fn, enumerable: true });
  const withGetter = {
    fn,
    get counted() {
      return [1, 2];
    },
  };
  const fresh = {
    get fn() {
      return callback(() => 'called');
    },
  };
  let deep = { fn };
  for (let i = 0; i < 500; i++) deep = /** @type {any} */ ({ deep });

  /** What arrives in place of a class instance. */
  const plain = (/** @type {any} */ value) => ({ ...value });

  const places = /** @type {[string, any, any?][]} */ ([
    ['itself', fn],
    ['in an object', { fn, a: 1 }],
    ['in a list', [0, [fn], shared, shared]],
    ['in a Map, as a value and as a key', new Map(/** @type {any} */ ([['a', fn], [other, 1], [2, { fn }]]))], // prettier-ignore
    ['in a Set, in its place', new Set([1, fn, [2], other])],
    ['as a key in an object of a Map', new Map([[{ fn }, [fn]]])],
    ['twice', [fn, other, { fn, other }]],
    ['in a cycle', cyclic],
    ['in a list with holes', sparse],
    ['beside an own __proto__', proto],
    ['as __proto__', own],
    ['in an instance', new Scene(fn), plain(new Scene(fn))],
    ['beside a getter', withGetter, plain(withGetter)],
    ['from a getter', fresh, { fn }],
    ['beside others', { fn, at: new Date(5), of: new Float32Array([1, 2]), no: null, nan: NaN }],
    ['deep in it', deep],
  ]);
  test.each([{}, { crashPolicy: 'restart-requeue-in-flight' }])('%p', async (config) => {
    const made = await make(config);
    const task = made.task.with({ transfer: [] }); // it is passed more than once
    await task.same();
    for (const [place, value, arrives = value] of places) {
      const expected = await describeValue(arrives, (one) => one());
      const calls = [task.describe(value), task.describe(value)]; // one of which has to wait
      expect([place, ...(await Promise.all(calls))]).toEqual([place, expected, expected]);
    }
  });

  test('the same one is the same function', async () => {
    const { task } = await make();
    expect(await task.same(fn, fn)).toBe(true);
    expect(await task.same(fn, other)).toBe(false);
    expect((await task.typed(fn))[0]).toBe('function');
  });

  test('the caller keeps its arguments as they were', async () => {
    const { task } = await make();
    const argument = Object.freeze({ list: Object.freeze([fn]), map: new Map([['a', fn]]) });
    await task.describe(argument);
    expect(argument.list[0]).toBe(fn);
    expect(argument.map.get('a')).toBe(fn);
  });

  test('beside what is transferred', async () => {
    const { task } = await make();
    const bytes = new Uint8Array(8);
    await task.describe({ fn, bytes });
    expect(bytes.byteLength).toBe(0);
    const chosen = new Uint8Array(8);
    const cloned = new Uint8Array(8);
    const call = task.with({ transfer: [chosen.buffer] }).describe([[fn], chosen, cloned]);
    expect([chosen.byteLength, cloned.byteLength]).toEqual([0, 8]);
    expect(await call).toHaveLength(5);
  });

  test('arguments are taken at the call', async () => {
    const { task } = await make();
    const gate = defer();
    const first = task.call(callback(() => gate.promise));
    const argument = { text: 'before', fn };
    const expected = await describeValue({ ...argument }, (one) => one());
    const second = task.describe(argument);
    argument.text = 'after';
    gate.resolve();
    await first;
    expect(await second).toEqual(expected);
  });
});

describe('what cannot be cloned', () => {
  test.each([[() => {}], [{ deep: [() => {}] }]])(
    'a bare function is refused, and the error names callback()',
    async (value) => {
      const { task } = await make({ taskId: 'render' });
      const fn = callback(() => {});
      for (const args of [[value], [fn, value], [{ fn }, value], [{ fn }, { fn, value }]]) {
        const error = await rejection(task.call(...args));
        expect(error.name).toBe('DataCloneError');
        expect(error.message).toContain(`Argument ${args.length} of call() of task 'render'`);
        expect(error.message).toContain('Pass a function as callback(fn).');
      }
    }
  );

  test('an argument of a callback rejects it, and says where', async () => {
    const { task } = await make();
    const error = await rejection(task.sendsFunction(callback(() => {})));
    expect(error.name).toBe('DataCloneError');
    expect(error.message).toMatch(
      /^An argument of a callback of sendsFunction\(\) cannot be cloned/
    );
    expect(await task.call(callback(() => 1))).toBe(1);
  });

  test('so does its result', async () => {
    const { task } = await make();
    for (const value of [() => {}, [callback(() => {})], Promise.resolve(Symbol('s'))]) {
      const error = await rejection(task.call(callback(() => value)));
      expect(error.name).toBe('DataCloneError');
      expect(error.message).toMatch(/^The result of a callback of call\(\) cannot be cloned/);
    }
    const thrown = {
      get now() {
        throw new RangeError('mine');
      },
    };
    expect((await rejection(task.call(callback(() => thrown)))).message).toBe('mine');
  });

  test('a callback cannot be a result', async () => {
    const { task } = await make();
    expect((await rejection(task.returns(callback(() => 1)))).name).toBe('DataCloneError');
  });

  test('what can be posted and not be read rejects the callback alone', async () => {
    const { task } = await make();
    const unreadable = () => {
      const error = new Error('a loop');
      error.cause = error;
      return { error };
    };
    const outcomes = async (/** @type {Promise<unknown>[]} */ ...promises) =>
      (await Promise.allSettled(promises)).map((one) => one.status === 'fulfilled' || one.reason);
    const [first, ok, second] = await outcomes(
      task.sendsUnreadable(callback(() => 1)),
      task.call(callback(() => 1)),
      task.call(callback(unreadable))
    );
    expect(ok).toBe(true);
    if (first !== true) {
      expect(String(first)).toMatch('The arguments of a callback of sendsUnreadable() of task');
      expect(String(second)).toMatch('The result of a callback of call() of task');
    }
    expect(await task.call(callback(() => 2))).toBe(2);
    expect(task.getState()).toMatchObject({ inFlight: 0 });
    expect(task.getState().lastCrash).toBeUndefined();
  });
});

describe('what a callback throws', () => {
  test('arrives whole, and from there at the caller', async () => {
    const { task } = await make();
    class AppError extends Error {
      name = 'AppError';
      code = 42;
    }
    const fails = callback(() => {
      throw new AppError('no such picture', { cause: new Error('why') });
    });
    const seen = { name: 'AppError', message: 'no such picture', code: 42, cause: 'why' };
    expect(await task.catches(fails)).toEqual(seen);
    expect(await rejection(task.fails(fails))).toMatchObject({ name: 'AppError', code: 42 });
    expect(
      await task.catches(callback(() => Promise.reject(new RangeError('later'))))
    ).toMatchObject({ name: 'RangeError', message: 'later' });
    expect(await rejection(task.fails(callback(() => Promise.reject(undefined))))).toBe(undefined);
    expect(await rejection(task.fails(callback(() => Promise.reject({ no: 'error' }))))).toEqual({
      no: 'error',
    });
  });
});

describe('the life of a callback', () => {
  test('ends with its call', async () => {
    const { task } = await make();
    let calls = 0;
    const fn = callback(() => ++calls);
    expect(await task.keeps(fn)).toBe(1);
    await task.useKept();
    const [error] = await seenBy(task, 1);
    expect(error).toBe('true AbortError');
    expect(calls).toBe(1);
    expect(await task.keeps(fn)).toBe(2);
  });

  test('a handler need not wait: it is called, and what is left rejects', async () => {
    const { task } = await make();
    /** @type {any[]} */
    const calls = [];
    const fn = callback((x) => {
      calls.push(x);
      return never();
    });
    expect(await task.floats(fn)).toBe('ended');
    expect(calls).toEqual(['called']);
    expect(await seenBy(task, 1)).toEqual(['true AbortError']);
  });

  test.each(['abort', 'timeout'])('ends when its call is cancelled: %s', async (how) => {
    const { task } = await make();
    const controller = new AbortController();
    const called = defer();
    const fn = callback((x) => {
      called.resolve(x);
      return never();
    });
    const call = rejection(task.with({ signal: controller.signal }).waits(fn));
    expect(await called.promise).toBe('first');
    controller.abort(how === 'abort' ? undefined : new DOMException('late', 'TimeoutError'));
    expect((await call).name).toBe(how === 'abort' ? 'AbortError' : 'TimeoutError');
    expect(await seenBy(task, 2)).toEqual(['true AbortError', 'true AbortError']);
    expect(task.getState()).toMatchObject({ inFlight: 0 });
  });

  test('what it returns after that goes nowhere', async () => {
    const { task } = await make();
    const controller = new AbortController();
    const called = defer();
    const gate = defer();
    const fn = callback((x) => {
      called.resolve(x);
      return gate.promise;
    });
    const call = rejection(task.with({ signal: controller.signal }).waits(fn));
    await called.promise;
    controller.abort();
    await call;
    gate.resolve('too late');
    expect(await seenBy(task, 2)).toEqual(['true AbortError', 'true AbortError']);
  });

  test('of a stream ends with the iteration', async () => {
    const { task } = await make();
    const items = [];
    for await (const item of task.items(
      callback((i) => i * 10),
      20
    ))
      items.push(item);
    expect(items).toEqual(Array.from({ length: 20 }, (_, i) => i * 10));
    await task.useKept();
    expect(await seenBy(task, 1)).toEqual(['true AbortError']);
    for await (const item of task.items(
      callback((i) => (i < 2 ? i : never())),
      20
    )) {
      if (item === 1) break;
    }
    expect(await task.call(callback(() => 'next'))).toBe('next');
    const fails = task.items(
      callback(() => Promise.reject(new RangeError('no'))),
      1
    );
    expect((await rejection((await fails).next())).message).toBe('no');
  });

  test('a call that runs again gets a fresh one', async () => {
    const { task } = await make({ crashPolicy: 'restart-requeue-in-flight' });
    let calls = 0;
    const call = task.crashesIf(
      callback(() => {
        calls += 1;
        return calls === 1 ? true : calls === 2;
      })
    );
    expect(await call).toBe('done');
    expect(calls).toBe(3);
    expect(details()).toMatchObject([{ attemptCount: 3, status: 'ok' }]);
  });

  test('an answer to what came before a crash is not taken for another', async () => {
    const { task } = await make({ crashPolicy: 'restart-requeue-in-flight' });
    const late = defer();
    let calls = 0;
    /** @type {any} */
    let hosted;
    const { task: other } = await make({
      crashPolicy: 'restart-requeue-in-flight',
      worker: () => (hosted = worker('../callbacks/handlers.js')()),
    });
    const second = defer();
    const call = other.call(
      callback(() => {
        calls += 1;
        if (calls === 1) {
          hosted.terminate();
          return late.promise;
        }
        second.resolve();
        return new Promise((resolve) => setImmediate(() => resolve('second')));
      })
    );
    await second.promise;
    late.resolve('first');
    expect(await call).toBe('second');
    expect(await task.call(callback(() => 1))).toBe(1);
  });

  test('a call that crashes rejects, whatever its callback is at', async () => {
    const { task } = await make();
    expect((await rejection(task.crashesIf(callback(() => true)))).name).toBe('WorkerCrashedError');
    expect(await task.call(callback(() => 1))).toBe(1);
  });

  test('dispose ends it, drain waits for it', async () => {
    const { task, runtime } = await make();
    const gate = defer();
    const call = task.call(callback(() => gate.promise));
    const disposed = await make();
    const hangs = rejection(disposed.task.call(callback(never)));
    const drained = runtime.drain();
    gate.resolve('drained');
    expect(await call).toBe('drained');
    await drained;
    await disposed.runtime.dispose();
    expect((await hangs).name).toBe('TaskDisposedError');
  });

  test('disposing of the task in the callback ends the call', async () => {
    const { task } = await make();
    const error = await rejection(task.call(callback(() => task.dispose())));
    expect(error.name).toBe('TaskDisposedError');
  });

  // Deno says of a worker that it has stopped when it has not: it used to write to what others had by then.
  test('a worker that is ended meanwhile leaves those alone that come after it', async () => {
    for (let round = 0; round < 8; round++) {
      const { task } = await make();
      await rejection(task.call(callback(() => task.dispose())));
      const next = await make();
      expect(await next.task.call(callback(() => 'next'))).toBe('next');
    }
  });

  test('a handler that waits for one counts as running', async () => {
    const { task } = await make();
    const gate = defer();
    const called = defer();
    const call = task.call(
      callback(() => {
        called.resolve();
        return gate.promise;
      })
    );
    await called.promise;
    const next = task.same(1, 1);
    expect(task.getState()).toMatchObject({ inFlight: 1, pending: 1, inFlightByWorker: [1] });
    gate.resolve();
    await call;
    expect(await next).toBe(true);
  });
});

describe('traces', () => {
  test('what a callback dispatches is in the trace of its call', async () => {
    const { task, runtime } = await make({ poolSize: 6 });
    const flow = (/** @type {string} */ name) =>
      runtime.trace(name, async (trace) => {
        const inner = callback(async (/** @type {boolean} */ waits) => {
          if (waits) await new Promise((resolve) => setImmediate(resolve));
          await task.same(1, 2);
          return task.same(1, 1);
        });
        await Promise.all([task.call(inner, false), task.call(inner, true)]);
        return trace.id;
      });
    const ids = await Promise.all([flow('one'), flow('two')]);
    for (const id of ids) {
      const spans = details().filter(({ traceId, spanId }) => spanId && traceId === id);
      expect(spans.map(({ method, traceInferred }) => [method, traceInferred]).sort()).toEqual([
        ...[['call', undefined], ['call', undefined]],
        ...Array(4).fill(['same', undefined]),
      ]); // prettier-ignore
    }
  });

  test('and of a call that is in none, in none: whatever else is open', async () => {
    const { task, runtime } = await make({ poolSize: 3 });
    const gate = defer();
    const called = defer();
    const outside = task.call(
      callback(async () => {
        called.resolve();
        await task.same(1, 1);
        await gate.promise;
        await new Promise((resolve) => setImmediate(resolve));
        await task.same(1, 2);
      })
    );
    await called.promise;
    await runtime.trace('other', async (trace) => {
      gate.resolve();
      const inner = trace.with(task).call(callback(() => 1));
      await outside;
      await inner;
    });
    const spans = details().filter(({ method }) => method === 'same');
    expect(spans).toHaveLength(2);
    for (const { traceId } of spans) expect(traceId).toBeUndefined();
    expect(ours('measure')).toHaveLength(5);
  });

  test('nor does what a callback of such a call does in a callback', async () => {
    const { task, runtime } = await make({ poolSize: 4 });
    const trace = runtime.startTrace('open');
    const outer = runtime.startTrace('ends');
    const inner = callback(async () => {
      await task.same(1, 1);
      await new Promise((resolve) => setImmediate(resolve));
      return task.same(1, 2);
    });
    let call;
    await outer.with(task).call(
      callback(() => {
        outer.end();
        call = task.call(inner);
      })
    );
    expect(await call).toBe(false);
    trace.end();
    const spans = details().filter(({ method, spanId }) => spanId && method === 'same');
    expect(spans.map(({ traceId }) => traceId)).toEqual([undefined, undefined]);
  });

  test('nor does one that is called while another trace is open count to it', async () => {
    const { task, runtime } = await make({ poolSize: 3 });
    const trace = runtime.startTrace('open');
    const gate = defer();
    const traced = trace.with(task).call(callback(() => gate.promise));
    const other = runtime.startTrace('other');
    const call = other.with(task).call(
      callback(async () => {
        other.end();
        await task.same(1, 1);
      })
    );
    await call;
    gate.resolve();
    await traced;
    trace.end();
    const [span] = details().filter(({ method }) => method === 'same');
    expect(span.traceId).toBeUndefined();
  });
});
