/** @file Long strings and cloned buffers: which way they go, and that their memory comes back. */
import { MessagePort } from 'node:worker_threads';

import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { Random } from './chaos/random.js';
import { disposeAll, isDeno, makeFlag, makeTask, MODE, testShared, worker } from './support.js';
import { describe } from './values/describe.js';

/** @type {import('atelier-wasm').DispatchOptions} */
const CLONING = { transfer: [], transferResult: false };
const MIB = 1 << 20;
/** Deno may take ten seconds to end a worker. */
const ROUNDS = isDeno ? 5 : 30;

jest.setTimeout(120_000); // a busy machine takes its time

/** findings/deno-ports-keep-their-postmessage.sh: its workers cannot count. */
const testCounted = isDeno ? test.skip : testShared;

/** How many calls have been posted. */
let posted = 0;
const { postMessage } = MessagePort.prototype;
beforeEach(() => {
  posted = 0;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (message?.[1]?.type === 'call') posted += 1;
    return Reflect.apply(postMessage, this, [message, ...rest]);
  };
});
afterEach(async () => {
  MessagePort.prototype.postMessage = postMessage;
  await disposeAll();
});

/** @param {Partial<import('atelier-wasm').TaskConfig>} [config] */
async function makeCloningTask(config) {
  const { task } = await makeTask({ worker: worker('large-values.js'), poolSize: 1, ...config });
  await task.posted();
  return task.with(CLONING);
}

/**
 * @param {any} task
 * @param {any} value
 * @returns {Promise<[calls: number, results: number]>} how many messages a call with it takes
 */
async function messagesOf(task, value) {
  const before = await task.posted();
  posted = 0;
  const echoed = await task.echo(value);
  expect(await describe([echoed])).toBe(await describe([value]));
  return [posted, (await task.posted()) - before];
}

const text = 'abcdefg'.repeat(1500);

testCounted.each([
  ['a long string', text],
  ['a buffer', new ArrayBuffer(70_000)],
  ['a view', new Uint8Array(65_536).fill(7)],
  ['a large view', new Float32Array(MIB / 4).fill(1.5)],
  [
    'several',
    [new Int8Array(500), { text: text.slice(0, 3000) }, new DataView(new ArrayBuffer(9))],
  ],
])('%s takes no message, once there is room for the result', async (_, value) => {
  const task = await makeCloningTask();
  expect(await messagesOf(task, value)).toEqual([0, 1]);
  expect(await messagesOf(task, value)).toEqual([0, 0]);
});

testCounted.each([
  ['is too large', new Uint8Array(MIB + 100_000)],
  ['may be in other hands', new Uint8Array(new SharedArrayBuffer(9))],
  ['shows a part', new Uint8Array(new ArrayBuffer(9), 1)],
  ['has many objects', Array.from({ length: 100 }, (_, row) => ({ row }))],
  ['has many elements', Array.from({ length: 100 }, (_, i) => i)],
])('what %s is posted', async (_, value) => {
  const task = await makeCloningTask();
  expect(await messagesOf(task, value)).toEqual([1, 1]);
});

test('what is not to be cloned is transferred', async () => {
  const task = await makeCloningTask();
  const view = new Uint8Array(70_000).fill(1);
  expect(await task.with({ transfer: undefined }).sum(view)).toBe(70_000);
  expect(view.byteLength).toBe(0);
  const listed = new Uint8Array(70_000).fill(1);
  expect(await task.with({ transfer: [listed.buffer] }).sum(listed)).toBe(70_000);
  expect(listed.byteLength).toBe(0);
});

test('arguments and results have memory of their own', async () => {
  const task = await makeCloningTask();
  const view = new Uint8Array(70_000).fill(1);
  const call = task.echo(view);
  view.fill(2); // is not seen any more
  const [one, other] = [await call, await task.echo(view)];
  expect([one[0], one[69_999], other[0]]).toEqual([1, 1, 2]);
  expect(one.buffer).toBeInstanceOf(ArrayBuffer);
  expect(one.buffer.byteLength).toBe(70_000);
  expect(structuredClone(one, { transfer: [one.buffer] }).length).toBe(70_000);
});

test('more than memory has room for arrives all the same', async () => {
  const task = await makeCloningTask({ type: 'singleton', poolSize: undefined });
  await task.echo(new Uint8Array(MIB));
  const flag = makeFlag();
  const held = task.hold(flag.buffer);
  posted = 0;
  const calls = Array.from({ length: 80 }, (_, i) => task.echo(new Uint8Array(MIB).fill(i)));
  const small = Array.from({ length: 200 }, (_, i) => task.echo(`${i}`.repeat(1000)));
  flag.set(1);
  await held;
  const views = await Promise.all(calls);
  expect(views.filter((view, i) => view.length !== MIB || view[MIB - 1] !== i)).toEqual([]);
  expect((await Promise.all(small)).filter((each, i) => each !== `${i}`.repeat(1000))).toEqual([]);
  if (MODE === 'messages') return;
  expect(posted).toBeGreaterThan(30);
  expect(posted).toBeLessThan(281);
  await task.echo(new Uint8Array(MIB));
  expect(await messagesOf(task, new Uint8Array(MIB))).toEqual([0, 0]);
});

testShared(
  'a value for which the engine has no memory rejects its call, and no other',
  async () => {
    const task = await makeCloningTask();
    await task.echo(text); // makes room
    const { decode } = TextDecoder.prototype;
    TextDecoder.prototype.decode = () => {
      throw new RangeError('no memory');
    };
    const calls = Promise.allSettled([task.echo(text), task.echo(1)]);
    const [result, one] = await calls.finally(() => (TextDecoder.prototype.decode = decode));
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'no memory' } });
    expect(one).toMatchObject({ value: 1 });
    await task.runOut();
    await expect(task.echo(text)).rejects.toThrow('out of memory');
    expect(await task.echo(2)).toBe(2);
  }
);

test('memory comes back from workers that are terminated while they reply', async () => {
  /** @type {Set<import('node:worker_threads').Worker>} */
  const alive = new Set();
  const task = await makeCloningTask({
    poolSize: 2,
    crashPolicy: 'restart-fail-in-flight',
    worker() {
      const made = worker('large-values.js')();
      alive.add(made);
      made.once('exit', () => alive.delete(made));
      return made;
    },
  });
  const random = new Random(1);
  let crashed = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const calls = Array.from({ length: 16 }, (_, i) => task.bytes(MIB - i, i));
    calls.push(...Array.from({ length: 4 }, () => task.echo(new Uint8Array(MIB))));
    const settled = Promise.allSettled(calls);
    await Promise.race(calls.map((call) => call.catch(() => {})));
    for (let turns = random.int(3); turns > 0; turns--) await new Promise(setImmediate);
    random.pick([...alive])?.terminate();
    for (const [i, end] of (await settled).entries()) {
      if (end.status === 'rejected') {
        expect(end.reason).toMatchObject({ name: 'WorkerCrashedError' });
        crashed += 1;
      } else if (i < 16) {
        const { length } = end.value;
        expect([length, end.value[0], end.value[length - 1]]).toEqual([MIB - i, i, i]);
      }
    }
  }
  expect(crashed).toBeGreaterThan(0);
  if (MODE === 'messages') return;
  // Each would have kept 1 MiB, of 48.
  const calls = Array.from({ length: 20 }, () => task.echo(new Uint8Array(MIB)));
  posted = 0;
  expect((await Promise.all(calls)).length).toBe(20);
  expect(await messagesOf(task.with(CLONING), text)).toEqual([0, expect.any(Number)]);
  posted = 0;
  await Promise.all(Array.from({ length: 20 }, () => task.echo(new Uint8Array(MIB))));
  expect(posted).toBe(0);
});
