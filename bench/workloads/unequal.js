import { allAtOnce } from './workload.js';

const WORKERS = 2;
const TASKS = 40;
const DURATIONS_MS = Array.from({ length: TASKS }, (_, i) => 1 + (49 * i) / (TASKS - 1));

/** No order on so many workers takes less. */
const IDEAL_MS = DURATIONS_MS.reduce((sum, ms) => sum + ms) / WORKERS;

/**
 * @param {number} seed
 * @returns {number[]} the durations in an order that the seed decides, so that all have the same
 */
function shuffled(seed) {
  const durations = [...DURATIONS_MS];
  let state = seed + 0x9e3779b9;
  for (let left = durations.length; left > 1; left--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * left);
    [durations[left - 1], durations[other]] = [durations[other], durations[left - 1]];
  }
  return durations;
}

/** @type {import('./workload.js').Workload[]} */
export const workloads = [
  {
    title: `${TASKS} tasks of 1 to 50 ms at once`,
    unit: '× the ideal',
    workers: WORKERS,
    rounds: 7,
    calls: TASKS,
    atOnce: true,
    async run(pool, calls, round) {
      const durations = shuffled(round);
      return (await allAtOnce(calls, (index) => pool.call('spin', durations[index]))) / IDEAL_MS;
    },
  },
];
