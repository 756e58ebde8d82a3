import { createTaskRuntime } from 'atelier-wasm';

import { roundRobin, times } from './contender.js';

const worker = () =>
  new Worker(new URL('./atelier.worker.js', import.meta.url), { type: 'module' });

/**
 * @param {boolean} spans
 * @returns {(workers: number) => Promise<import('./contender.js').Pool>}
 */
const makeWith = (spans) => async (workers) => {
  const runtime = await createTaskRuntime({ spans });
  const names = { taskId: 'noop', taskName: 'Noop' };
  const task = /** @type {any} */ (
    runtime.defineTask({ type: 'parallel', worker, poolSize: workers, ...names })
  );
  const copying = task.with({ transfer: [], transferResult: false });
  return {
    call: (method, ...args) => copying[method](...args),
    move: (buffer) => task.move(buffer),
    dispose: () => void runtime.dispose(),
  };
};

/**
 * @param {number} count
 * @returns {Promise<import('./contender.js').Pool>}
 */
async function makeTasks(count) {
  const runtime = await createTaskRuntime({ spans: false });
  const define = () => /** @type {any} */ (runtime.defineTask({ type: 'singleton', worker }));
  const next = roundRobin(times(count, define));
  return {
    call: (method, ...args) => next()[method](...args),
    move: (buffer) => next().move(buffer),
    dispose: () => void runtime.dispose(),
  };
}

/** @type {import('./contender.js').Contender} */
export const atelier = { name: 'atelier', make: makeWith(false), makeTasks };

/** @type {import('./contender.js').Contender} */
export const atelierWithSpans = { name: 'atelier', make: makeWith(true) };
