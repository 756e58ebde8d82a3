import { pool as makePool } from 'workerpool';

import url from './workerpool.worker.js?worker&url';

/**
 * It has a pool, which gives a worker its next call when it has answered the one before.
 * @type {import('./contender.js').Contender}
 */
export const workerpool = {
  name: 'workerpool',
  make(workers) {
    const pool = makePool(url, {
      maxWorkers: workers,
      workerType: 'web',
      workerOpts: { type: 'module' },
    });
    return {
      call: (method, ...args) => pool.exec(method, args),
      move: (buffer) => pool.exec('move', [buffer], { transfer: [buffer] }),
      dispose: () => void pool.terminate(true).catch(() => {}),
    };
  },
};
