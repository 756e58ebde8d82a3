/**
 * @file Values that can be posted and not be read: Node 20 writes an error that is its own cause, and
 * cannot read it. Where there is none (Node 22), they arrive.
 */
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';

import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';

import { details, disposeAll, makeTask, rejection, worker } from './support.js';

function unreadable() {
  const error = new Error('a loop');
  error.cause = error;
  return { error };
}

function canBeRead() {
  const { port1, port2 } = new MessageChannel();
  try {
    port1.postMessage(unreadable());
    receiveMessageOnPort(port2);
    return true;
  } catch {
    return false;
  } finally {
    port1.close();
  }
}

const testUnread = canBeRead() ? test.skip : test;

/** One worker takes it all. @type {{ task: any, runtime: import('atelier-wasm').TaskRuntime }} */
let made;
/** @type {any} */
let task;
beforeAll(async () => {
  made = await makeTask({ worker: worker('unreadable.js'), poolSize: 1 });
  task = made.task;
});
afterEach(() => made.runtime.clearMeasures());
afterAll(async () => {
  // All by the one worker, which has lost nothing.
  const { totalDispatched, inFlight, lastCrash } = task.getState();
  await disposeAll();
  expect({ inFlight, lastCrash }).toEqual({ inFlight: 0, lastCrash: undefined });
  expect(totalDispatched).toBeGreaterThan(0);
});

/** @param {any} error @param {string} text */
function isUnread(error, text) {
  expect(error).toBeInstanceOf(DOMException);
  expect(error.name).toBe('DataCloneError');
  expect(error.message).toBe(
    `${text}() of task 'task-1' could be cloned, but not read by the other thread: pass plain data.`
  );
  expect(details().filter(({ status }) => status === 'error')).toMatchObject([
    { errorName: 'DataCloneError', error: `DataCloneError: ${error.message}`, attemptCount: 1 },
  ]);
}

testUnread('arguments reject their call, and no other', async () => {
  await task.take(1);
  const error = rejection(task.take(unreadable()));
  const after = task.take([new ArrayBuffer(1)]);
  expect(await after).toBe('object');
  isUnread(await error, 'The arguments of take');
});

testUnread('a result does', async () => {
  const others = [task.slow(20), task.take(1)];
  isUnread(await rejection(task.result()), 'The result of result');
  expect(await Promise.all(others)).toEqual(['slow', 'number']);
});

testUnread('a progress value does, and the handler is told to stop', async () => {
  /** @type {any[]} */
  const seen = [];
  const call = task.with({ onProgress: (/** @type {any} */ value) => seen.push(value) }).progress();
  isUnread(await rejection(call), 'A progress value of progress');
  expect(seen).toEqual([1]);
  expect(await task.take(1)).toBe('number');
});

testUnread.each(['items', 'waits'])('an item ends its stream: %s', async (method) => {
  /** @type {number[]} */
  const seen = [];
  const error = await rejection(
    (async () => {
      for await (const item of task[method]()) seen.push(item);
    })()
  );
  isUnread(error, `An item of the stream of ${method}`);
  expect(seen.includes(3)).toBe(false);
  expect(await task.take(1)).toBe('number');
});

testUnread(
  'what is thrown and what a call is aborted with are told as far as they can be',
  async () => {
    const thrown = await rejection(task.throws());
    expect(thrown.message).toBe('The thrown value cannot be cloned: [object Object]');
    const aborter = new AbortController();
    const call = task.with({ signal: aborter.signal }).slow(1);
    aborter.abort(unreadable());
    expect(Object.keys(await call.catch((/** @type {any} */ reason) => reason))).toEqual(['error']);
    expect(await task.take(1)).toBe('number');
  }
);

testUnread('thousands of messages do not confuse which one it was', async () => {
  for (let i = 0; i < 6; i++) {
    const values = Array.from({ length: 300 }, () => task.take([new ArrayBuffer(1)]));
    const lost = rejection(task.take(unreadable()));
    const result = rejection(task.result());
    expect(new Set(await Promise.all(values))).toEqual(new Set(['object']));
    // One that has to wait is cloned here; one that is posted at once is lost on its way.
    const { name, message } = await lost;
    expect(name).toBe('DataCloneError');
    expect(message).toMatch(
      / of take\(\) of task 'task-1' (cannot be cloned: Unable|could be cloned)/
    );
    expect((await result).message).toContain('The result');
    expect((await rejection(task.take(unreadable()))).message).toContain('The arguments');
  }
});
