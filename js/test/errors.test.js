/** @file What is thrown, and what a call is aborted with, reaches the other side, whatever it is. */
import { runInNewContext } from 'node:vm';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { thrown } from './errors/thrown.js';
import { details, disposeAll, makeTask, rejection, worker } from './support.js';

/** One worker takes it all. @type {{ task: any, runtime: import('atelier-wasm').TaskRuntime }} */
let made;
/** @type {any} */
let task;
beforeAll(async () => {
  const config = { worker: worker('../errors/worker.js'), poolSize: 1 };
  made = await makeTask(config, { spans: { retain: Infinity } });
  task = made.task;
});
afterEach(() => made.runtime.clearMeasures());
afterAll(disposeAll);

/** @param {any} error */
function isNotCloneable(error, text = '') {
  expect(error).toBeInstanceOf(DOMException);
  expect(error.name).toBe('DataCloneError');
  expect(error.message).toContain(text);
}

/** @type {(Class: any, message?: string) => (error: any) => void} */
const is =
  (Class, message = 'm') =>
  (error) => {
    expect(Object.getPrototypeOf(error)).toBe(Class.prototype);
    expect(error.message).toBe(message);
    expect(typeof error.stack).toBe('string');
  };

/** What arrives. @type {Record<string, (error: any) => void>} */
const arrives = {
  'a revoked Proxy': (error) => isNotCloneable(error, 'unprintable'),
  'a revoked cause': ({ cause }) => isNotCloneable(cause),
  'a revoked error in a list': ({ errors }) => {
    expect(errors).toHaveLength(2);
    isNotCloneable(errors[0]);
    is(Error, 'other')(errors[1]);
  },
  'a Proxy whose traps throw': (error) => isNotCloneable(error, 'unprintable'),
  'a Proxy of an error': (error) => {
    expect(error).toBeInstanceOf(RangeError); // which has no stack in some engines
    expect(error.message).toBe('m');
  },
  'a cause whose traps throw': ({ cause }) => isNotCloneable(cause),
  'a Proxy whose prototypes have no end': (error) => isNotCloneable(error),
  'an error whose prototype is null': is(Error),

  'a tag that throws': is(TypeError),
  'a tag that lies': (value) => expect(value).toEqual({ message: 'none' }),
  'a constructor that throws': is(TypeError),
  'a class that is called toString': is(RangeError),
  'a class that is called __proto__': is(RangeError),
  'texts that throw': (error) => {
    expect(error).toBeInstanceOf(TypeError);
    for (const key of ['name', 'message', 'stack']) expect(error[key]).toBe('unprintable');
  },
  'texts that are none': ({ name, message, stack }) =>
    expect({ name, message, stack }).toEqual({
      name: 'Symbol(s)',
      message: '[object Object]',
      stack: 'null',
    }),
  'no stack': (error) => expect(error.stack).toBe(undefined),

  'errors: null': ({ errors }) => expect(errors).toBe(null),
  'errors: a text': ({ errors }) => expect(errors).toBe('several'),
  'errors of a validator': (error) => {
    is(Error)(error);
    expect(error.errors).toEqual([{ path: ['size', 0], code: 5 }, 'text']);
    expect(Object.keys(error)).toEqual(['errors']);
  },
  'errors by field': ({ errors }) =>
    expect(errors).toEqual({ size: ['too wide'], nested: { a: [1n] } }),
  'errors of a class': (error) => {
    expect(String(error)).toBe('Invalid: m');
    expect(error.errors[0]).toEqual({ path: ['size', 0], message: 'too wide' });
    is(RangeError, 'too high')(error.errors[1]);
    expect(error.issues[0]).toEqual(error.errors[0]);
    expect(Object.keys(error).sort()).toEqual(['issues']);
  },
  'errors that throw': ({ errors }) => expect(errors).toBe(undefined),
  'errors: a huge sparse array': ({ errors }) => {
    is(Error, 'first')(errors[0]);
    expect(errors.length).toBeLessThan(10_000);
  },
  'errors: a Proxy of a list': ({ errors }) => isNotCloneable(errors),
  'errors that hold itself': (error) => {
    is(AggregateError)(error);
    expect(error.errors[0]).toBe(error);
    expect(error.errors.slice(1)).toEqual([error, 'text', [1]]);
  },
  'errors that double with each level': (error) => {
    for (let i = 59; i > 0; i--) {
      is(AggregateError, `level ${i}`)(error);
      expect(error.errors[1]).toBe(error.errors[0]);
      error = error.errors[0];
    }
    is(Error, 'level 0')(error);
  },
  'a cause that throws': (error) => {
    is(Error)(error);
    expect(error.cause).toBe(undefined);
  },
  'a cycle of causes': (error) => {
    is(Error, 'first')(error);
    is(TypeError, 'second')(error.cause);
    expect(error.cause.cause).toBe(error);
  },
  'getters that make more and more errors': (error) => {
    const all = new Set([error]);
    for (const { cause, errors = [] } of all) [cause, ...errors].forEach((e) => e && all.add(e));
    expect(all.size).toBeGreaterThan(1000);
    expect(all.size).toBeLessThanOrEqual(10_000);
  },
  'a long chain of causes': (error) => {
    const messages = [];
    for (; error; error = error.cause) messages.unshift(error.message);
    expect(messages).toEqual([...Array(5000).keys()].map(String));
  },

  'a property that can be read once': (error) => expect(error.once).toBe('read'),
  'a value that can be read once': (value) => expect(value).toEqual({ a: 1, once: 'read' }),
  'a cause that can be read once': ({ cause }) => expect(cause).toEqual({ once: 'read' }),
  'properties of all kinds': (error) => {
    const { stack, message, name, inner, map, ...rest } = error;
    expect([...map]).toEqual([[1, 2]]);
    expect([/: m\n/.test(stack), message, name]).toEqual([true, 'm', 'Other']);
    is(RangeError, 'inner')(inner);
    const own = { get: 1, set: 2, value: 3, type: 'type', constructor: 'own' };
    const proto = JSON.parse('{"__proto__": {"x": 1}}');
    expect(rest).toEqual({ code: 5, ...own, ...proto });
    expect(Object.hasOwn(error, '__proto__')).toBe(true);
    expect(Object.keys(error)).not.toContain('name');
  },
  'error and suppressed': (error) => {
    is(Error, 'one')(error.error);
    expect(error.suppressed).toBe('two');
    expect(Object.keys(error)).toEqual(['error', 'suppressed']);
  },
  'a DOMException with properties': (error) => {
    expect(error).toBeInstanceOf(DOMException);
    const { name, message, code, url, cause } = error;
    expect([name, message, code, url]).toEqual(['NetworkError', 'm', 19, '/x']);
    is(Error, 'why')(cause);
  },

  undefined: (value) => expect(value).toBe(undefined),
  null: (value) => expect(value).toBe(null),
  'a forged error': (value) => expect(value).toEqual({ atelierError: true, errors: 1 }),
  'a forged envelope': (value) =>
    expect(value).toEqual({ errors: [{ type: 'Error', own: 5 }], value: 1 }),
  'an error in an object': ({ errors }) => expect(errors[0].message).toBe('inner'),
  'a function': (error) => isNotCloneable(error, '() => {}'),
  'a Symbol': (error) => isNotCloneable(error, 'Symbol(s)'),
  'a value that cannot say what it is': (error) => isNotCloneable(error, 'unprintable'),
  'a function as a cause': ({ cause }) => isNotCloneable(cause, '() => {}'),
};

const names = Object.keys(thrown);

test('every case is looked at', () => expect(Object.keys(arrives)).toEqual(names));

test.each(names)('a handler can throw %s, and the worker goes on', async (name) => {
  arrives[name](await rejection(task.throwIt(name)));
  arrives[name](await rejection(task.throwLater(name)));
  const items = await task.throwInStream(name);
  expect(await items.next()).toEqual({ done: false, value: 1 });
  arrives[name](await rejection(items.next()));
  expect(await task.add(1, 2)).toBe(3);
  expect(details().map(({ status }) => status)).toEqual(['error', 'error', 'error', 'ok']);
});

const reasons = names.filter((name) => name !== 'undefined');

test.each(reasons)('a call can be aborted with %s, and the worker goes on', async (name) => {
  const controller = new AbortController();
  const reason = thrown[name]();
  const onProgress = () => controller.abort(reason);
  const call = task.with({ signal: controller.signal, onProgress }).hold(0);
  const same = await call.catch((/** @type {unknown} */ error) => error === reason);
  expect(same).toBe(true);
  const back = rejection(task.throwReason());
  // What could be read once has been, to tell the timeline of it.
  if (!name.includes('read once')) arrives[name](await back);
  expect(await task.add(1, 2)).toBe(3);
});

test('a long message reaches the caller whole, and the timeline in part', async () => {
  const error = await rejection(task.throwLong(5_000_000));
  expect(error.message).toHaveLength(5_000_000);
  const [{ error: text }] = details();
  expect(text).toBe(`Error: ${'x'.repeat(1993)}`);
});

test('an answer that cannot be posted is an error that says so', async () => {
  const error = await rejection(task.throwUnpostable());
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toContain('The thrown value cannot be told');
  expect(await task.add(1, 2)).toBe(3);
});

test('an error of another realm keeps its class', async () => {
  const controller = new AbortController();
  const reason = runInNewContext('Object.assign(new RangeError("far"), { code: 1 })');
  const onProgress = () => controller.abort(reason);
  await rejection(task.with({ signal: controller.signal, onProgress }).hold(0));
  const error = await rejection(task.throwReason());
  is(RangeError, 'far')(error);
  expect(error.code).toBe(1);
});

test('what an error has is as enumerable as it is natively', async () => {
  const { cause } = await rejection(task.throwIt('a cycle of causes'));
  expect(Object.keys(cause)).toEqual([]);
  const list = await rejection(task.throwIt('errors that hold itself'));
  expect(Object.keys(list)).toEqual([]);
});
