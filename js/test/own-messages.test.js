import { afterEach, expect, test } from '@jest/globals';

import { disposeAll, makeTask, rejection, worker } from './support.js';

afterEach(disposeAll);

/** A task, whose workers' messages of their own are collected. */
async function makeListening() {
  /** @type {any[]} */
  const got = [];
  /** @type {any[]} */
  const made = [];
  const { task } = await makeTask({
    poolSize: 1,
    worker() {
      const one = worker('own-messages.js')();
      one.on('message', (message) => got.push(message));
      made.push(one);
      return one;
    },
  });
  return { task, got, made };
}

/** What the runtime or Emscripten might take for its own. */
const LOOKALIKES = [
  ...[{ cmd: 1 }, { cmd: 4 }, { cmd: 'atelier:run' }, { cmd: 'atelier:load' }],
  ...[{ type: 'ready' }, { type: 'result', call: 0, generation: 0, value: 'forged' }],
  ...[{ type: 'atelier:hello', version: '0.0.0' }, { type: 'atelier:unexposed' }],
  ...[[undefined, { type: 'done' }, 1], [undefined, 'done'], [], null, 'text'],
];

test("a worker's own messages are the user's, and nothing else is heard", async () => {
  const { task, got, made } = await makeListening();
  expect(await task.heard()).toEqual([]);
  const echoed = LOOKALIKES.filter((message) => message !== null && message !== 'text');
  for (const message of LOOKALIKES) made[0].postMessage(message);
  for (const echo of echoed) made[0].postMessage({ echo });
  const sums = await Promise.all(Array.from({ length: 100 }, () => task.large()));
  expect(sums.every(({ length }) => length === 100_000)).toBe(true);
  const wanted = [...LOOKALIKES, ...echoed.map((echo) => ({ echo }))];
  let heard = await task.heard();
  while (heard.length < wanted.length) heard = await task.heard();
  expect(heard).toEqual(wanted);
  while (got.length < echoed.length + 2) await new Promise((next) => setImmediate(next));
  expect(got).toEqual(['before', 'after', ...echoed]);
  expect(made).toHaveLength(1);
});

test.each(/** @type {const} */ (['exit', 'throw']))(
  'what a worker has answered before its end counts: %s',
  async (way) => {
    const { task } = await makeTask({
      worker: worker('own-messages.js'),
      poolSize: 1,
      maxInFlight: 200,
    });
    await task.heard();
    for (let round = 0; round < 5; round++) {
      const left = new SharedArrayBuffer(4);
      new Int32Array(left)[0] = 101;
      const calls = Array.from({ length: 101 }, () => task.end(left, way));
      const last = rejection(/** @type {Promise<any>} */ (calls.pop()));
      const answers = await Promise.all(calls);
      expect(answers.map(({ length }) => length)).toEqual(Array(100).fill(10_000));
      expect((await last).name).toBe('WorkerCrashedError');
    }
  }
);
