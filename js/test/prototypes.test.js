/** @file What a page has put on Object.prototype, and values that are not what they look like. */
import { afterEach, describe, expect, test } from '@jest/globals';

import { details, disposeAll, makeTask, rejection, worker } from './support.js';

afterEach(disposeAll);

const make = (name = 'shared-objects.js') =>
  makeTask({ worker: worker(name), poolSize: 1 }, { spans: { retain: Infinity } });

const FIELDS = { ...JSON.parse('{"__proto__": 1, "a": 2}'), toString: 3, constructor: 4 };

describe('where Object.prototype is frozen', () => {
  test('values arrive', async () => {
    const { task } = await make('../errors/frozen-worker.js');
    const value = [FIELDS, [1, [2]], { 0: 'x' }];
    const [text, back] = await task.echo(value);
    expect(text).toBe(JSON.stringify(value));
    expect(JSON.stringify(back)).toBe(text);
  });

  test('errors arrive', async () => {
    const { task } = await make('../errors/frozen-worker.js');
    const error = await rejection(task.throwWith(FIELDS));
    expect(error).toBeInstanceOf(TypeError);
    expect(JSON.stringify(error)).toBe(JSON.stringify(FIELDS));
  });
});

test('setters on Object.prototype are not called for what arrives', async () => {
  const { task } = await make();
  const keys = ['a', 'value']; // Node itself writes to '1'; descriptors inherit 'value', which comes last
  // Deno loses the messages that come then: findings/deno-setters-lose-messages.sh.
  if (!('deno' in process.versions)) keys.unshift('0');
  await task.addSetters(keys);
  const value = [{ a: 1, 0: 2, value: 3 }, ['x', 'y']];
  const [calls, text] = await task.removeSetters(keys, value);
  expect(text).toBe(JSON.stringify(value));
  expect(calls).toBe(0);
});

/** Which of them depends on whether the value was looked through before it was cloned. */
const REFUSED_OR_REST = ['DataCloneError', { list: [] }];
const nameOf = (/** @type {any} */ error) => error.name;

test('a Proxy that vanishes while it is read shows nothing of other values', async () => {
  const { task } = await make();
  await task.text('a secret of another call');
  const list = /** @type {any[]} */ ([1, 2, 3]);
  const ownKeys = () => ((list.length = 0), []);
  list.unshift(new Proxy({}, { ownKeys }));
  expect(REFUSED_OR_REST).toContainEqual(await task.text({ list }).catch(nameOf));
  expect(await task.text('next')).toBe('next');
});

test('a Proxy in a result that vanishes while it is read does not either', async () => {
  const { task } = await make();
  await task.text('a secret of another call');
  expect(REFUSED_OR_REST).toContainEqual(await task.vanish().catch(nameOf));
  expect(await task.text('next')).toBe('next');
});

test('accessors of objects and arrays are called once', async () => {
  const { task } = await make();
  expect(await task.countReads()).toEqual([[1], { once: 2 }]);
});

test('what has the prototype of a plain object is what it is', async () => {
  const { task } = await make();
  const tags = (await task.disguised()).map((/** @type {any} */ value) =>
    Object.prototype.toString.call(value)
  );
  expect(tags.join()).toBe(
    '[object Date],[object Map],[object Set],[object ArrayBuffer],[object RegExp],[object BigInt]'
  );
});

test('arrays keep their holes and their properties', async () => {
  const { task } = await make();
  const [holed, extended] = await task.uneven();
  expect(Object.keys(holed)).toEqual(['0', '2', 'extra']);
  expect(Object.keys(extended)).toEqual(['0', 'x']);
});

test('the timeline takes nothing from Object.prototype', async () => {
  const { task } = await make();
  const add = (/** @type {string} */ key, /** @type {any} */ value) =>
    Object.defineProperty(Object.prototype, key, { value, enumerable: true, configurable: true });
  const keys = ['added', 'startTime', 'duration', 'detail', 'status', 'method'];
  try {
    for (const key of keys) add(key, 5);
    await task.text('x');
  } finally {
    for (const key of keys) delete (/** @type {any} */ (Object.prototype)[key]);
  }
  const [detail] = details();
  expect(Object.keys(detail)).not.toContain('added');
  expect(detail).toMatchObject({ status: 'ok', method: 'text' });
});
