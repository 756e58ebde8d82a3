/**
 * @typedef {import('../contenders/contender.js').Pool} Pool
 */

/**
 * What contenders are measured at.
 * @typedef {object} Workload
 * @property {string} title
 * @property {string} unit of what `run` returns
 * @property {number} workers
 * @property {number} rounds
 * @property {number} calls in a round
 * @property {boolean} [atOnce] all of them in one tick, which some contenders cannot stand
 * @property {boolean} [spans] with spans too, in `spanRounds` rounds
 * @property {number} [spanRounds] default: `rounds`
 * @property {boolean} [busy] how long the main thread is busy, too
 * @property {number} [warmUps] rounds before those that count; default: 1 if `fresh`, else 2
 * @property {boolean} [fresh] each round has workers of its own; making them is not measured
 * @property {boolean} [tasks] not one pool of `workers`, but as many tasks with a worker each
 * @property {string[]} [only] the names of the contenders; default: all
 * @property {string[]} [spanOnly] of those with spans; default: `only`
 * @property {(pool: Pool, calls: number, round: number) => Promise<number>} run one round
 */

/**
 * @param {PromiseLike<unknown>} promise
 * @param {() => void} done
 */
export const whenDone = (promise, done) => void promise.then(done, done);

/**
 * @param {number} calls
 * @param {() => PromiseLike<unknown>} call
 * @returns {Promise<number>} µs a call, one after the other
 */
export async function oneByOne(calls, call) {
  const startMs = performance.now();
  for (let i = 0; i < calls; i++) await call();
  return ((performance.now() - startMs) * 1000) / calls;
}

/**
 * @param {number} calls
 * @param {(index: number) => PromiseLike<unknown>} call
 * @returns {Promise<number>} ms until all are done that are made in one tick
 */
export async function allAtOnce(calls, call) {
  const startMs = performance.now();
  const promises = Array.from({ length: calls }, (_, index) => call(index));
  await Promise.all(promises);
  return performance.now() - startMs;
}

/**
 * @param {number[]} values
 * @returns {number} the mean of their middle half: a median that a coarse clock does not round
 */
export function middle(values) {
  const quarter = Math.floor(values.length / 4);
  const half = [...values].sort((a, b) => a - b).slice(quarter, values.length - quarter);
  return half.reduce((sum, value) => sum + value) / half.length;
}
