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
 * @property {number} calls in a round; if awaited one by one, so many that it takes some 20 ms: where
 *   threads run is up to the scheduler, which may need as long to take two for busy
 * @property {boolean} [atOnce] all of them in one tick, which some contenders cannot stand
 * @property {boolean} [spans] with spans too, in `spanRounds` rounds
 * @property {number} [spanRounds] default: `rounds`
 * @property {boolean} [busy] how long the main thread is busy, too
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
