/**
 * @file Calls of many kinds while workers are killed and calls cancelled at random moments. Seeded:
 * `CHAOS_SEED` runs one seed again, `CHAOS_ROUNDS` makes it longer.
 */
import { afterEach, expect, test } from '@jest/globals';

import { disposeAll, makeTask, ours, worker } from './support.js';

afterEach(disposeAll);

const ROUNDS = Number(process.env.CHAOS_ROUNDS ?? 15);
const SEEDS = process.env.CHAOS_SEED ? [Number(process.env.CHAOS_SEED)] : [1, 2, 3];
const POLICIES = /** @type {const} */ (['restart-fail-in-flight', 'restart-requeue-in-flight']);

/** @param {number} seed */
function makeRandom(seed) {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

/** What the span of a call should say, given what its caller saw. */
const statusOf = (/** @type {string} */ outcome) => {
  if (outcome === 'ok') return 'ok';
  return ['AbortError', 'TimeoutError'].includes(outcome) ? 'canceled' : 'error';
};

test.each(SEEDS.flatMap((seed) => POLICIES.map((policy) => ({ seed, policy }))))(
  'every call settles once and has one measure that says how: $policy, seed $seed',
  async ({ seed, policy }) => {
    const random = makeRandom(seed);
    /** @type {import('node:worker_threads').Worker[]} */
    const alive = [];
    const { task } = await makeTask(
      {
        poolSize: 3,
        crashPolicy: policy,
        crashMaxRetries: 2,
        maxQueueDepth: 20,
        queuePolicy: random() < 0.5 ? 'block' : 'drop-oldest',
        worker: () => {
          alive.push(worker('handlers.js')());
          return alive[alive.length - 1];
        },
      },
      { spans: { retain: Infinity } }
    );
    /** @type {Map<number, string[]>} */
    const outcomes = new Map();
    /** @type {Promise<void>[]} */
    const calls = [];
    const call = (/** @type {number} */ i) => {
      const controller = new AbortController();
      const timeoutMs = random() < 0.1 ? random() * 10 : undefined;
      const bound = task.with({ signal: controller.signal, timeoutMs, priority: i % 3 });
      const kinds = [
        () => bound.busy(random() * 2),
        () => bound.later(i, random() * 4),
        () => bound.fail(),
        () => bound.echo(new Uint8Array(100)),
        () => bound.echo(() => {}),
      ];
      const saw = (/** @type {string} */ outcome) =>
        void outcomes.set(i, [...(outcomes.get(i) ?? []), outcome]);
      calls.push(
        kinds[Math.floor(random() * kinds.length)]().then(
          () => saw('ok'),
          (/** @type {Error} */ error) => saw(error.name)
        )
      );
      const chance = random();
      if (chance < 0.1) controller.abort();
      else if (chance < 0.2) setTimeout(() => controller.abort(), random() * 10);
    };
    for (let round = 0, i = 0; round < ROUNDS; round++) {
      for (let n = 0; n < 20; n++) call(i++);
      if (random() < 0.5) await Promise.race(calls.slice(-5));
      else await new Promise((resolve) => setTimeout(resolve, random() * 20));
      const [victim] = alive.splice(Math.floor(random() * alive.length), 1);
      if (victim && random() < 0.7) victim.terminate();
    }
    await Promise.all(calls);

    expect(outcomes.size).toBe(calls.length);
    const seen = [...outcomes.values()].map((list) => {
      expect(list).toHaveLength(1);
      return statusOf(list[0]);
    });
    const spans = ours('measure').map(({ detail }) => detail);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(calls.length);
    expect(spans.map(({ status }) => status).sort()).toEqual(seen.sort());
    if (policy === 'restart-fail-in-flight') {
      expect(spans.every(({ attemptCount }) => attemptCount <= 1)).toBe(true);
    }
    expect(await task.add(1, 2)).toBe(3);
    expect(task.getState()).toMatchObject({
      pending: 0,
      waiting: 0,
      totalDispatched: calls.length + 1,
    });
    expect(ours('mark')).toEqual([]);
  },
  120_000
);
