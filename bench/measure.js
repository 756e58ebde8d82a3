import { NAMES, loadContender } from './contenders/index.js';
import { postStep } from './post-results.js';

/**
 * @typedef {import('./contenders/contender.js').Contender} Contender
 * @typedef {import('./contenders/contender.js').Pool} Pool
 * @typedef {import('./workloads/workload.js').Workload} Workload
 */

/**
 * What was measured of one workload, with or without spans; by contender, a number for each round.
 * @typedef {object} Row
 * @property {string} part
 * @property {string} title
 * @property {string} unit
 * @property {boolean} spans
 * @property {Record<string, number[]>} samples
 * @property {Record<string, number[]>} busy µs a call of the main thread's own time, if measured
 * @property {Record<string, number>} fewer how many calls those made that cannot stand all
 * @property {boolean} [ways] not of contenders, but of ways to use the package
 * @property {string} [base] the way that others are compared with
 */

/** One that has taken longer makes no further round, once it has made one that counts. */
const PATIENCE_MS = 15_000;

const WARM_UP_CALLS = 2000;

/** One that takes part, with or without spans. */
class Entrant {
  /** @type {number[]} */
  samples = [];
  /** @type {number[]} */
  busy = [];
  /** @type {Pool | undefined} */
  #pool;
  #workload;
  #contender;
  #title;
  #spentMs = 0;

  /**
   * @param {Workload} workload
   * @param {Contender} contender
   * @param {boolean} spans
   */
  constructor(workload, contender, spans) {
    this.#workload = workload;
    this.#contender = contender;
    this.#title = `${contender.name}: ${workload.title}${spans ? ', with spans' : ''}`;
    this.name = contender.name;
    const most = workload.atOnce ? contender.mostPending : undefined;
    this.calls = Math.min(workload.calls, most ?? Infinity);
  }

  /**
   * @param {number} round negative: a warm-up
   * @param {number} emptyMs how long the main thread is busy with nothing but measuring that
   */
  async run(round, emptyMs) {
    if (this.#spentMs > PATIENCE_MS && this.samples.length > 0) return;
    await postStep(`${this.#title}, ${round < 0 ? 'to warm up' : `round ${round + 1}`}`);
    const startMs = performance.now();
    await this.#measure(round, emptyMs);
    this.#spentMs += performance.now() - startMs;
  }

  /**
   * @param {number} round
   * @param {number} emptyMs
   */
  async #measure(round, emptyMs) {
    const { fresh, run, busy } = this.#workload;
    const pool = (this.#pool ??= await this.#make());
    await quiet();
    const beforeMs = busy ? await mainThreadMs() : undefined;
    const calls = round < 0 ? Math.min(this.calls, WARM_UP_CALLS) : this.calls;
    const sample = await run(pool, calls, round);
    const afterMs = busy ? await mainThreadMs() : undefined;
    if (round >= 0) this.samples.push(sample);
    if (round >= 0 && beforeMs !== undefined && afterMs !== undefined) {
      this.busy.push(((afterMs - beforeMs - emptyMs) * 1000) / this.calls);
    }
    if (fresh) this.dispose();
    performance.clearMeasures();
    performance.clearMarks();
  }

  dispose() {
    this.#pool?.dispose();
    this.#pool = undefined;
  }

  #make() {
    const { tasks, workers } = this.#workload;
    const { make, makeTasks } = this.#contender;
    if (!tasks) return make(workers);
    return makeTasks ? makeTasks(workers) : separately(workers, make);
  }
}

/**
 * @param {number} count
 * @param {Contender['make']} make
 * @returns {Promise<Pool>} as many pools of one worker, in turn
 */
async function separately(count, make) {
  const pools = await Promise.all(Array.from({ length: count }, () => make(1)));
  let turn = 0;
  const next = () => pools[turn++ % count];
  return {
    call: (method, ...args) => next().call(method, ...args),
    move: (buffer) => next().move(buffer),
    dispose: () => pools.forEach((pool) => pool.dispose()),
  };
}

/** Lets what a round has left behind go by. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 5));

/**
 * The time that the main thread has been running, if whoever opened the page can tell.
 * @returns {Promise<number> | undefined}
 */
const mainThreadMs = () => /** @type {any} */ (globalThis).mainThreadMs?.();

/** @returns {Promise<number>} what `mainThreadMs` itself adds */
async function emptyMs() {
  const times = [];
  for (let i = 0; i < 9; i++) {
    await quiet();
    const beforeMs = (await mainThreadMs()) ?? 0;
    times.push(((await mainThreadMs()) ?? 0) - beforeMs);
  }
  return times.sort((a, b) => a - b)[4];
}

/**
 * @template T
 * @param {T[]} values
 * @returns {T[]} in random order
 */
const shuffled = (values) =>
  values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);

/**
 * Those who take part in a workload, with or without spans.
 * @param {Workload} workload
 * @param {boolean} spans
 * @param {{ rounds?: number, names?: string[] }} options
 */
async function enter(workload, spans, { rounds = Infinity, names = NAMES }) {
  const only = (spans && workload.spanOnly) || workload.only;
  const taking = names.filter((name) =>
    only ? only.includes(name) : workload.atOnce || name !== 'batched'
  );
  const load = async (/** @type {string} */ name) =>
    new Entrant(workload, await loadContender(name, spans), spans);
  return {
    ...{ workload, spans },
    warmUps: workload.warmUps ?? (workload.fresh ? 1 : 2),
    rounds: Math.min(rounds, (spans && workload.spanRounds) || workload.rounds),
    entrants: await Promise.all(taking.map(load)),
  };
}

/**
 * Measures all contenders at all of a part's workloads in turn, round by round, in an order that is
 * random each time, so that whatever disturbs one disturbs the others.
 * @param {string} part
 * @param {Workload[]} workloads
 * @param {{ rounds?: number, names?: string[] }} options
 * @returns {Promise<Row[]>}
 */
export async function measure(part, workloads, options) {
  const kinds = await Promise.all(
    workloads.flatMap((workload) =>
      (workload.spans ? [false, true] : [false]).map((spans) => enter(workload, spans, options))
    )
  );
  const empty = workloads.some(({ busy }) => busy) ? await emptyMs() : 0;
  const first = -Math.max(...kinds.map(({ warmUps }) => warmUps));
  const end = Math.max(...kinds.map(({ rounds }) => rounds));
  for (let round = first; round < end; round++) {
    const now = kinds.filter(({ warmUps, rounds }) => round >= -warmUps && round < rounds);
    for (const entrant of shuffled(now.flatMap(({ entrants }) => entrants))) {
      await entrant.run(round, empty);
    }
  }
  return kinds.map(({ workload: { title, unit, calls }, spans, entrants }) => {
    entrants.forEach((entrant) => entrant.dispose());
    const collect = (/** @type {(entrant: Entrant) => any} */ of) =>
      Object.fromEntries(entrants.map((entrant) => [entrant.name, of(entrant)]));
    const fewer = entrants.filter((entrant) => entrant.calls < calls);
    return {
      ...{ part, title, unit, spans },
      samples: collect(({ samples }) => samples),
      busy: collect(({ busy }) => busy),
      fewer: Object.fromEntries(fewer.map(({ name, calls }) => [name, calls])),
    };
  });
}
