import { Pool, spawn, Transfer } from 'threads';

/**
 * It has a pool, which makes each call wait for a timer of 0 ms, and tells all that wait of each
 * event: what a call costs grows with how many there are.
 * @type {import('./contender.js').Contender}
 */
export const threads = {
  name: 'threads',
  mostPending: 1000,
  make(workers) {
    const start = () =>
      spawn(new Worker(new URL('./threads.worker.js', import.meta.url), { type: 'module' }));
    const pool = Pool(start, workers);
    return {
      call: (method, ...args) => pool.queue((/** @type {any} */ thread) => thread[method](...args)),
      move: (buffer) => pool.queue((/** @type {any} */ thread) => thread.move(Transfer(buffer))),
      dispose: () => void pool.terminate(true).catch(() => {}),
    };
  },
};
