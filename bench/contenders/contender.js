import { endByHand, startByHand } from '../handwritten.js';

/**
 * @typedef {object} Pool
 * @property {(method: string, ...args: any[]) => PromiseLike<any>} call copies arguments and result
 * @property {(buffer: ArrayBuffer) => PromiseLike<ArrayBuffer>} move to the worker and back,
 *   transferred wherever that can be
 * @property {() => void} dispose ends the workers, whatever they do
 */

/**
 * One way to have work done on workers.
 * @typedef {object} Contender
 * @property {string} name
 * @property {(workers: number) => Pool | Promise<Pool>} make
 * @property {(tasks: number) => Pool | Promise<Pool>} [makeTasks] as many tasks with a worker each, called
 *   in turn; default: as many pools
 * @property {number} [mostPending] more calls at once would take it minutes
 */

/**
 * @typedef {(method: string, args: any[], transfer: Transferable[]) => Promise<any>} Send
 */

/**
 * What is written by hand: workers in turn.
 * @param {string} name
 * @param {() => { worker: Worker, send: Send }} start starts one
 * @returns {Contender}
 */
export function byHand(name, start) {
  return {
    name,
    make(workers) {
      const all = times(workers, start);
      const next = roundRobin(all);
      return {
        call: (method, ...args) => next().send(method, args, []),
        move: (buffer) => next().send('move', [buffer], [buffer]),
        dispose: () => all.forEach(({ worker }) => worker.terminate()),
      };
    },
  };
}

/**
 * The same with spans by hand: five calls each.
 * @param {Contender} contender
 * @returns {Contender}
 */
export function spannedByHand(contender) {
  return {
    ...contender,
    async make(workers) {
      const pool = await contender.make(workers);
      return {
        call: (method, ...args) => spanned(method, () => pool.call(method, ...args)),
        move: (buffer) => spanned('move', () => pool.move(buffer)),
        dispose: () => pool.dispose(),
      };
    },
  };
}

/**
 * @template T
 * @param {string} method
 * @param {() => PromiseLike<T>} call
 * @returns {Promise<T>}
 */
async function spanned(method, call) {
  const span = startByHand(method);
  try {
    const result = await call();
    endByHand(span, { attemptCount: 1, status: 'ok' });
    return result;
  } catch (error) {
    endByHand(span, { attemptCount: 1, status: 'error', error: String(error) });
    throw error;
  }
}

/**
 * @template T
 * @param {T[]} all
 * @returns {() => T} gives each in turn: what those do that have no pool
 */
export function roundRobin(all) {
  let next = 0;
  return () => {
    const one = all[next];
    next = (next + 1) % all.length;
    return one;
  };
}

/**
 * @template T
 * @param {number} length
 * @param {(index: number) => T} make
 * @returns {T[]}
 */
export const times = (length, make) => Array.from({ length }, (_, index) => make(index));
