import { afterEach, describe, expect, test } from '@jest/globals';

import { details, disposeAll, makeFlag, makeTask, ours, rejection } from './support.js';

afterEach(disposeAll);

/**
 * A task with one worker, which is held until the flag is set, and room for two more calls.
 * @param {'block' | 'reject' | 'drop-latest' | 'drop-oldest'} queuePolicy
 */
async function heldTask(queuePolicy) {
  const { runtime, task } = await makeTask({ poolSize: 1, maxQueueDepth: 2, queuePolicy });
  const flag = makeFlag();
  const held = task.hold(flag.buffer);
  const release = () => {
    flag.set(1);
    return held;
  };
  return { runtime, task, release };
}

describe('a full queue', () => {
  test('under block has callers wait, in order, and takes their arguments on admission', async () => {
    const { task, release } = await heldTask('block');
    const late = [3];
    /** @type {number[]} */
    const order = [];
    const calls = [[1], [2], late, [4]].map((list) =>
      task.echo(list).then((/** @type {number[]} */ [value]) => order.push(value))
    );
    expect(task.getState()).toMatchObject({ inFlight: 1, pending: 2, waiting: 2 });
    late[0] = 33;
    await release();
    await Promise.all(calls);
    expect(order).toEqual([1, 2, 33, 4]);
    expect(task.getState()).toMatchObject({ inFlight: 0, pending: 0, waiting: 0 });
  });

  test('under block lets a waiting caller give up', async () => {
    const { task, release } = await heldTask('block');
    const controller = new AbortController();
    const calls = [task.add(1, 1), task.add(2, 2)];
    const waiting = rejection(task.with({ signal: controller.signal }).add(3, 3));
    expect(task.getState().waiting).toBe(1);
    controller.abort();
    expect((await waiting).name).toBe('AbortError');
    expect(task.getState()).toMatchObject({ pending: 2, waiting: 0 });
    await release();
    expect(await Promise.all(calls)).toEqual([2, 4]);
  });

  test('under reject refuses the call that comes', async () => {
    const { task, release } = await heldTask('reject');
    const calls = [task.add(1, 1), task.add(2, 2)];
    const error = await rejection(task.add(3, 3));
    expect(error).toMatchObject({ name: 'QueueFullError', maxQueueDepth: 2 });
    await release();
    expect(await Promise.all(calls)).toEqual([2, 4]);
    expect(details().map(({ status }) => status)).toEqual(['ok', 'ok', 'ok', 'error']);
    expect(await task.add(4, 4)).toBe(8);
  });

  test('under drop-latest drops the call that comes', async () => {
    const { task, release } = await heldTask('drop-latest');
    const calls = [task.add(1, 1), task.add(2, 2)];
    expect((await rejection(task.add(3, 3))).name).toBe('QueueDropError');
    await release();
    expect(await Promise.all(calls)).toEqual([2, 4]);
  });

  test('under drop-oldest drops the oldest pending call', async () => {
    const { task, release } = await heldTask('drop-oldest');
    const first = rejection(task.add(1, 1));
    const calls = [task.add(2, 2), task.add(3, 3)];
    expect((await first).name).toBe('QueueDropError');
    await release();
    expect(await Promise.all(calls)).toEqual([4, 6]);
    expect(ours('mark')).toEqual([]);
  });
});

test('priority goes first, and within one the order of the calls', async () => {
  const { task } = await makeTask({ poolSize: 1 });
  const flag = makeFlag();
  const held = task.hold(flag.buffer);
  /** @type {string[]} */
  const order = [];
  const call = (/** @type {string} */ name, /** @type {number | undefined} */ priority) =>
    task
      .with({ priority })
      .echo(name)
      .then(() => order.push(name));
  const calls = [call('low', -1), call('a', 0), call('b', undefined), call('high', 7)];
  flag.set(1);
  await Promise.all([held, ...calls]);
  expect(order).toEqual(['high', 'a', 'b', 'low']);
});
