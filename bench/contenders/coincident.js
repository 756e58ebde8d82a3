import coincidentMain from 'coincident/main';

import { roundRobin, times } from './contender.js';

/**
 * The one more: of those looked at, it puts the least between a call and its message. It has no
 * pool (workers in turn), and copies results always.
 * @type {import('./contender.js').Contender}
 */
export const coincident = {
  name: 'coincident',
  make(workers) {
    const { Worker, transfer } = coincidentMain();
    const all = times(
      workers,
      () => new Worker(new URL('./coincident.worker.js', import.meta.url), { type: 'module' })
    );
    const next = roundRobin(all.map(({ proxy }) => proxy));
    return {
      call: (method, ...args) => next()[method](...args),
      move: (buffer) => next().move(buffer, transfer(buffer)),
      dispose: () => all.forEach((worker) => worker.terminate()),
    };
  },
};
