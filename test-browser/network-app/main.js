import { createTaskRuntime } from 'atelier-wasm';

/** The workers with the package, and those that answer plain messages. */
const workers = {
  small: [
    () => new Worker(new URL('./small.worker.js', import.meta.url), { type: 'module' }),
    () => new Worker(new URL('./small.plain.js', import.meta.url), { type: 'module' }),
  ],
  large: [
    () => new Worker(new URL('./large.worker.js', import.meta.url), { type: 'module' }),
    () => new Worker(new URL('./large.plain.js', import.meta.url), { type: 'module' }),
  ],
  split: [
    () => new Worker(new URL('./split.worker.js', import.meta.url), { type: 'module' }),
    () => new Worker(new URL('./split.plain.js', import.meta.url), { type: 'module' }),
  ],
  awaits: [
    () => new Worker(new URL('./awaits.worker.js', import.meta.url), { type: 'module' }),
    () => new Worker(new URL('./awaits.plain.js', import.meta.url), { type: 'module' }),
  ],
  computes: [
    () => new Worker(new URL('./computes.worker.js', import.meta.url), { type: 'module' }),
    () => new Worker(new URL('./computes.plain.js', import.meta.url), { type: 'module' }),
  ],
};

/** @typedef {keyof typeof workers} Kind */

const POOL_SIZE = 2;

/**
 * Makes calls at once, as soon as their task is there.
 * @param {import('atelier-wasm').TaskRuntime} runtime
 * @param {Kind} kind
 * @param {number[]} values
 * @returns {Promise<number>} how many have settled right
 */
async function call(runtime, kind, values) {
  const [worker] = workers[kind];
  const task = runtime.defineTask({ type: 'parallel', taskId: kind, poolSize: POOL_SIZE, worker });
  const results = await Promise.allSettled(values.map((value) => task.add(value)));
  for (const result of results) if (result.status === 'rejected') console.warn(result.reason);
  return results.filter((result, i) => /** @type {any} */ (result).value === values[i] + 1).length;
}

/**
 * Posts the same values to as many plain workers, as soon as they are there.
 * @param {Kind} kind
 * @param {number[]} values
 * @returns {Promise<number>} how many have been answered right
 */
async function post(kind, values) {
  const [, makeWorker] = workers[kind];
  const share = values.length / POOL_SIZE;
  const counts = Array.from({ length: POOL_SIZE }, async (_, i) => {
    const worker = makeWorker();
    const own = values.slice(i * share, (i + 1) * share);
    let right = 0;
    await new Promise((end) => {
      worker.onerror = end;
      worker.onmessage = ({ data }) => {
        // What is sent now comes behind the others: if that is answered, they never will be.
        if (data === 'listens') worker.postMessage({ id: own.length, value: 0 });
        else if (data.id === own.length) end(undefined);
        else if (data.result === own[data.id] + 1) right += 1;
      };
      own.forEach((value, id) => worker.postMessage({ id, value }));
    });
    worker.terminate();
    return right;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

/**
 * Makes calls of workers of some kinds, and as many with plain workers, all at the same time.
 * @param {Kind[]} kinds
 * @param {number} count how many each
 * @returns {Promise<{ calls: number, messages: number }>} how many have settled right
 */
async function start(kinds, count) {
  const values = Array.from({ length: count }, (_, i) => i);
  const messages = Promise.all(kinds.map((kind) => post(kind, values)));
  const runtime = await createTaskRuntime();
  const calls = await Promise.all(kinds.map((kind) => call(runtime, kind, values)));
  await runtime.dispose();
  const sum = (/** @type {number[]} */ counts) => counts.reduce((all, one) => all + one, 0);
  return { calls: sum(calls), messages: sum(await messages) };
}

Object.assign(globalThis, { start });
document.documentElement.dataset.ready = '';
