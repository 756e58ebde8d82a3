/** @file Runtimes that are dropped, not disposed: what they leave behind disturbs no other. */
import { afterEach, expect, test } from '@jest/globals';
import { createTaskRuntime } from 'atelier-wasm';

import { collectGarbage } from './collect-garbage.js';
import { disposeAll, makeTask, worker } from './support.js';

afterEach(disposeAll);

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

/** Makes a runtime, and drops it when its only task has made some calls and is disposed. */
async function useAndDrop() {
  const runtime = await createTaskRuntime();
  const task = runtime.defineTask({ type: 'singleton', worker: worker('handlers.js') });
  for (let i = 0; i < 3; i++) {
    expect(await task.add(i, 1)).toBe(i + 1);
    await turn(); // its thread goes to sleep, and is to be woken
  }
  task.dispose();
}

test('a call settles after other runtimes were dropped whose tasks had been disposed', async () => {
  for (let round = 0; round < 8; round++) {
    await useAndDrop();
    for (let i = 0; i < 3; i++) {
      await turn();
      collectGarbage();
    }
  }
  const { task } = await makeTask();
  expect(await task.add(1, 2)).toBe(3);
}, 20_000);

test('a task of a runtime makes calls after all others of it were disposed', async () => {
  const { runtime, task } = await makeTask();
  expect(await task.add(1, 2)).toBe(3);
  task.dispose();
  await turn();
  for (let i = 0; i < 3; i++) {
    const next = runtime.defineTask({ type: 'singleton', worker: worker('handlers.js') });
    expect(await next.add(i, 2)).toBe(i + 2);
    if (i === 1) await turn();
    next.dispose();
  }
});
