/** @file A few tiny calls now and then, as from events: how long each takes, from call to result. */
import { middle } from './workload.js';

/**
 * @param {import('./workload.js').Pool} pool
 * @param {number} calls
 * @param {number} atOnce
 * @param {number} eachMs
 * @returns {Promise<number[]>} what each took, in µs
 */
function latencies(pool, calls, atOnce, eachMs) {
  /** @type {number[]} */
  const found = [];
  let made = 0;
  return new Promise((resolve, reject) => {
    const call = async () => {
      const startMs = performance.now();
      await pool.call('increment', ++made);
      found.push((performance.now() - startMs) * 1000);
      if (found.length === calls) resolve(found);
    };
    const timer = setInterval(() => {
      for (let i = 0; i < atOnce; i++) call().catch(reject);
      if (made === calls) clearInterval(timer);
    }, eachMs);
  });
}

/**
 * @param {number} eachMs
 * @param {number} rounds
 * @param {number} ticks
 * @param {{ atOnce: number, workers: number }} [how]
 * @returns {import('./workload.js').Workload}
 */
const paced = (eachMs, rounds, ticks, { atOnce, workers } = { atOnce: 1, workers: 1 }) => ({
  title:
    atOnce === 1
      ? `one call each ${eachMs} ms`
      : `${atOnce} calls each ${eachMs} ms, ${workers} workers`,
  unit: 'µs a call',
  workers,
  rounds,
  warmUps: 0,
  calls: ticks * atOnce,
  atOnce: atOnce > 1,
  fresh: true,
  async run(pool, calls) {
    await Promise.all(Array.from({ length: workers }, () => pool.call('increment', 0)));
    return middle(await latencies(pool, calls, atOnce, eachMs));
  },
});

export const each16 = paced(16, 7, 60);
export const eight16 = paced(16, 7, 60, { atOnce: 8, workers: 2 });
export const each300 = paced(300, 5, 8);
