/** @file Makes programs at random. */

import { isSound, isStream, KEY_OF_TASK } from './program.js';
import { POSTED, SMALL } from './values.js';

/**
 * @typedef {import('../chaos/random.js').Random} Random
 * @typedef {import('./program.js').CallStep} CallStep
 * @typedef {import('./program.js').Moment} Moment
 * @typedef {import('./program.js').Program} Program
 * @typedef {import('./program.js').StagePlan} StagePlan
 * @typedef {import('./program.js').Step} Step
 */

const KEYS = ['red', 'blue'];
const METHODS = /** @type {const} */ ([
  ...['now', 'now', 'now', 'now', 'later', 'later', 'items', 'items', 'itemsLater'],
  ...['fail', 'failLater', 'heed', 'report', 'missing'],
]);

/**
 * @param {Random} random
 * @returns {StagePlan}
 */
export function makeStage(random) {
  const restless = random.chance(0.15);
  const tasks = Array.from({ length: 1 + random.int(3) }, () => makeTask(random, restless));
  return { tasks, spans: random.chance(0.5), restless };
}

/**
 * @param {Random} random
 * @param {boolean} restless
 * @returns {import('./program.js').TaskPlan}
 */
function makeTask(random, restless) {
  const type = random.chance(0.25) ? 'singleton' : 'parallel';
  const poolSize = type === 'singleton' ? 1 : 1 + random.int(3);
  return {
    type,
    poolSize,
    maxInFlight: 1 + random.int(2 * poolSize + 1),
    queuePolicy: random.pick(['block', 'block', 'reject', 'drop-latest', 'drop-oldest']),
    maxQueueDepth: random.pick([Infinity, Infinity, 1, 2, 5]),
    idleTimeoutMs: random.chance(0.3) ? (restless ? random.int(4) : 500) : undefined,
    crashPolicy: random.pick(['restart-fail-in-flight', 'restart-requeue-in-flight', 'fail-task']),
    init: random.pick(['lazy', 'eager']),
    keyed: random.chance(0.3),
  };
}

/**
 * @param {Random} random
 * @param {StagePlan} stage
 * @returns {Program}
 */
export function makeProgram(random, stage) {
  const maker = new ProgramMaker(random, stage);
  for (let n = 4 + random.int(14); n > 0; n--) maker.add();
  return { stage, traced: random.chance(0.1), steps: maker.steps };
}

class ProgramMaker {
  #random;
  #stage;
  #calls = 0;
  #shakes;
  /** @type {CallStep[]} those that can be awaited */
  #made = [];
  /** @type {Set<number>} */
  #read = new Set();
  /** @type {Set<number>} tasks */
  #disposed = new Set();
  /** @type {Step[]} */
  steps = [];

  /**
   * @param {Random} random
   * @param {StagePlan} stage
   */
  constructor(random, stage) {
    this.#random = random;
    this.#stage = stage;
    this.#shakes = random.chance(0.3);
  }

  add() {
    const step = this.#make();
    if (!step || !isSound(this.#stage, [...this.steps, step])) return;
    if (this.#shakes && this.#random.chance(0.4)) {
      this.steps.push({ do: 'spin', us: this.#random.int(50) });
    }
    this.steps.push(step);
    if (step.do === 'call') this.#made.push(step);
    if (step.do === 'read') this.#read.add(step.id);
    for (const one of step.do === 'call' && step.within ? [step.within.step] : [step]) {
      if (one.do === 'dispose') this.#disposed.add(one.task);
    }
  }

  /** @returns {Step | undefined} */
  #make() {
    const random = this.#random;
    const task = random.int(this.#stage.tasks.length);
    const luck = random.next();
    if (luck < 0.58) return this.#call(task);
    if (luck < 0.74) return this.#await();
    if (luck < 0.84) return this.#readStream();
    if (luck < 0.89) return { do: 'state', task };
    if (luck < 0.94) return { do: 'pause', moment: this.#moment() };
    if (luck < 0.96) return { do: 'abort', key: random.pick([...KEYS, KEY_OF_TASK]) };
    if (luck < 0.975) return this.#cancel();
    if (luck < 0.985) return { do: 'rest' };
    if (!this.#stage.restless) return { do: 'start', task };
    return { do: random.pick(['stop', 'stop', 'start', 'dispose']), task };
  }

  /** @returns {Moment} */
  #moment() {
    const random = this.#random;
    return random.chance(0.06) ? random.below(3) : random.pick(['microtask', 'macrotask']);
  }

  /**
   * @param {number} task
   * @param {boolean} [mayNest]
   * @returns {CallStep}
   */
  #call(task, mayNest = true) {
    const random = this.#random;
    const method = mayNest ? random.pick(METHODS) : 'now';
    const kind = () => random.pick(random.chance(0.6) ? SMALL : POSTED);
    const fails = method === 'fail' || method === 'failLater';
    /** @type {CallStep} */
    const step = {
      do: 'call',
      id: this.#calls++,
      task,
      method,
      argument: random.chance(0.02) ? 'function' : kind(),
      result: fails ? 'HandlerError' : random.chance(0.02) ? 'function' : kind(),
      count: random.pick([0, 1, 3, 7, 8, 9, 20]),
      moment: this.#moment(),
      us: this.#shakes ? random.int(50) : 0,
      options: this.#options(),
    };
    const cancelled = method === 'heed' || (mayNest && random.chance(0.15));
    if (cancelled) step.cancel = this.#cancellation();
    if (mayNest && random.chance(0.05)) this.#nest(step);
    return step;
  }

  /** @returns {CallStep['options']} */
  #options() {
    const random = this.#random;
    return {
      ...(random.chance(0.2) && { priority: random.int(3) - 1 }),
      ...(random.chance(0.1) && { key: random.pick(KEYS) }),
      ...(random.chance(0.04) && { timeoutMs: 1 + random.int(3) }),
    };
  }

  /** @returns {NonNullable<CallStep['cancel']>} */
  #cancellation() {
    const random = this.#random;
    const luck = random.next();
    const when = luck < 0.1 ? 'before' : luck < 0.25 ? 'now' : this.#moment();
    return { when, reason: random.pick(['AbortError', 'ChangedMind']) };
  }

  /** @param {CallStep} step */
  #nest(step) {
    const random = this.#random;
    const { argument, options, cancel } = step;
    if (this.#disposed.has(step.task) || argument === 'function') return;
    const { keyed, maxQueueDepth } = this.#stage.tasks[step.task];
    const where = keyed && options.key === undefined && random.chance(0.5) ? 'keyOf' : 'getter';
    if (where === 'getter') step.argument = 'object';
    const luck = random.next();
    const task = random.int(this.#stage.tasks.length);
    if (luck < 0.4) step.within = { where, step: this.#call(task, false) };
    else if (luck < 0.8) step.within = { where, step: { do: 'cancel', id: step.id } };
    else if (this.#stage.restless && maxQueueDepth === Infinity && !cancel) {
      step.within = { where, step: { do: 'dispose', task } };
    }
  }

  /** @returns {Step | undefined} */
  #await() {
    const random = this.#random;
    if (this.#made.length === 0) return undefined;
    const length = random.chance(0.5) ? 1 : 1 + random.int(4);
    const ids = Array.from({ length }, () => random.pick(this.#made).id);
    return { do: 'await', ids: [...new Set(ids)], how: random.pick(['all', 'each', 'race']) };
  }

  /** @returns {Step | undefined} */
  #readStream() {
    const random = this.#random;
    const streams = this.#made.filter((step) => isStream(step) && !this.#read.has(step.id));
    if (streams.length === 0) return undefined;
    const { id } = random.pick(streams);
    const most = random.chance(0.3) ? random.int(10) : Infinity;
    return { do: 'read', id, most, slow: random.chance(0.2) };
  }

  /** @returns {Step | undefined} */
  #cancel() {
    if (this.#made.length === 0) return undefined;
    return { do: 'cancel', id: this.#random.pick(this.#made).id };
  }
}
