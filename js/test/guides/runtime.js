/** The module that the guides' examples import as theirs. */
import { Worker } from 'node:worker_threads';

import { createTaskRuntime } from 'atelier-wasm';

export const runtime = await createTaskRuntime();

/** @returns {any} */
const defineTask = (/** @type {string} */ taskId) =>
  runtime.defineTask({
    type: 'parallel',
    worker: () => new Worker(new URL('./process.worker.js', import.meta.url)),
    taskId,
    poolSize: 1,
  });

export const resize = defineTask('resize');
export const enhance = defineTask('enhance');
export const analyze = defineTask('analyze');
