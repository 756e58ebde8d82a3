import { transfer, wrap } from 'comlink';

import { roundRobin, times } from './contender.js';

/**
 * It has no pool: workers in turn.
 * @type {import('./contender.js').Contender}
 */
export const comlink = {
  name: 'comlink',
  make(workers) {
    const all = times(
      workers,
      () => new Worker(new URL('./comlink.worker.js', import.meta.url), { type: 'module' })
    );
    const next = roundRobin(all.map((worker) => /** @type {any} */ (wrap(worker))));
    return {
      call: (method, ...args) => next()[method](...args),
      move: (buffer) => next().move(transfer(buffer, [buffer])),
      dispose: () => all.forEach((worker) => worker.terminate()),
    };
  },
};
