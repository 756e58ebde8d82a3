/** @file What a worker exposes, and what its handlers are given. */
import { Worker } from 'node:worker_threads';

import { afterEach, describe, expect, test } from '@jest/globals';

import { disposeAll, makeTask, rejection, worker } from './support.js';

afterEach(disposeAll);

const make = async (/** @type {string} */ file) =>
  (await makeTask({ worker: worker(file), poolSize: 1 })).task;

describe('a handler', () => {
  test('gets what its caller gave, and nothing else', async () => {
    const task = await make('with-context.js');
    expect(await task.scale(2)).toBe(20);
    expect(await task.scale(2, undefined)).toBe(20);
    expect(await task.scale(2, 3)).toBe(6);
    expect(await task.max(1, 3, 2)).toBe(3);
    expect(await task.all()).toEqual([]);
    expect(await task.all(1, undefined)).toEqual([1, undefined]);
    expect(await task.all(new Uint8Array(3))).toEqual([new Uint8Array(3)]);
  });

  test('gets its context first, if it asks for it', async () => {
    const task = await make('with-context.js');
    expect(await task.render(2)).toEqual(['string', 20]);
    expect(await task.render(2, 3)).toEqual(['string', 6]);
    expect(await task.later(1, [2])).toEqual(['string', 1, [2]]);
    expect(await task.later(new Uint8Array(3))).toEqual(['string', new Uint8Array(3)]);
    const rows = [];
    for await (const row of task.rows()) rows.push(row);
    for await (const row of task.rowsLater(1)) rows.push(row);
    expect(rows).toEqual([['string', 0], ['string', 1], ['string', 0]]); // prettier-ignore
  });

  test('gets it from any copy of the package', async () => {
    expect(await (await make('with-context.js')).other(5)).toEqual(['string', 5]);
  });

  test('that expects a trailing context fails by itself', async () => {
    const error = await rejection((await make('with-context.js')).trailing(1));
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toMatch(/undefined.*progress/); // in the engine's words
  });

  test('with a context cannot be called by another', async () => {
    const error = await rejection((await make('with-context.js')).direct());
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain('has no context unless a task calls it');
  });
});

test("an instance has its class's methods and its functions, and no getter runs", async () => {
  const task = await make('instance.js');
  expect(await task.add()).toBe(6);
  expect(await task.run(4)).toEqual(['string', 10]);
  expect(await task.method()).toEqual(['string', 10]);
  expect(await task.arrow()).toBe(10);
  expect(await task.inherited()).toBe('Counter');
  const { methods } = await rejection(task.broken());
  expect(methods.sort()).toEqual(['add', 'arrow', 'inherited', 'method', 'run']);
  const others = ['state', 'nested', 'own', 'hiddenByField', 'hiddenByGetter'];
  for (const name of others) {
    expect((await rejection(task[name]())).name).toBe('UnknownMethodError');
  }
});

test.each([
  ['a nested object', "'math' is an object"],
  ['a value', "'version' is a string"],
  ['null', "'nothing' is null"],
  ['a getter of a value', "'size' is a number"],
  ['with', "named 'with'"],
  ['then', "named 'then'"],
  ['toString', "named 'toString'"],
  ['constructor', "named 'constructor'"],
  ['with a context', "named 'toJSON'"],
  ['a method', "named 'dispose'"],
  ['a field', "named 'valueOf'"],
  ['an inherited method', "named 'toString'"],
  ['an empty object', 'there is no function in it'],
  ['a class', 'but was given a function'],
  ['an array', 'but was given an array'],
  ['withContext() of a value', 'withContext() takes a function'],
])('what cannot be exposed is named: %s', async (name, text) => {
  const url = new URL('./workers/refused.js', import.meta.url);
  const config = { worker: () => new Worker(url, { workerData: name }), crashMaxRetries: 0 };
  const error = await rejection((await makeTask(config)).task.fn());
  expect(error.name).toBe('WorkerCrashedError');
  expect(error.cause.name).toBe('TypeError'); // of the worker's realm
  expect(error.cause.message).toContain(text);
  expect(error.message).toContain(text);
});
