import { takeMeasures, unwatchMeasures, watchMeasures } from './measures.js';
import { KEY_OF_TASK } from './program.js';
import { nextMacrotask } from './values.js';

/**
 * A task of a stage.
 * @typedef {object} Slot
 * @property {any} task
 * @property {import('./program.js').TaskPlan} plan
 * @property {boolean} steady whether each of its workers is ready and stays so
 * @property {boolean} disposed
 * @property {number} made calls of the task so far
 */

/**
 * @typedef {(options?: import('atelier-wasm').RuntimeOptions)
 *   => Promise<import('atelier-wasm').TaskRuntime>} CreateTaskRuntime
 */

let stages = 0;

const macrotask = () => new Promise((resolve) => nextMacrotask(() => resolve(undefined)));

/** A runtime with its tasks, on which one program runs after the other. */
export class Stage {
  #makeWorker;
  #defined = 0;
  /** What its tasks' ids begin with. */
  id = `stage-${++stages}`;
  runtime;
  plan;
  /** @type {Slot[]} */
  slots;
  /** What a call's `keyOf` does besides. */
  onKey = () => {};

  /**
   * @param {import('atelier-wasm').TaskRuntime} runtime
   * @param {() => any} makeWorker
   * @param {import('./program.js').StagePlan} plan
   */
  constructor(runtime, makeWorker, plan) {
    this.runtime = runtime;
    this.#makeWorker = makeWorker;
    this.plan = plan;
    watchMeasures(this.id);
    this.slots = plan.tasks.map((task) => this.#define(task));
  }

  /**
   * @param {CreateTaskRuntime} createTaskRuntime
   * @param {() => any} makeWorker
   * @param {import('./program.js').StagePlan} plan
   */
  static async make(createTaskRuntime, makeWorker, plan) {
    const runtime = await createTaskRuntime({ spans: plan.spans && { retain: 100 } });
    const stage = new Stage(runtime, makeWorker, plan);
    for (const slot of stage.slots) if (isToBeSteady(slot.plan)) await makeSteady(slot);
    return stage;
  }

  /** Puts new tasks in the place of those that were disposed. */
  renew() {
    this.slots = this.slots.map((slot) => (slot.disposed ? this.#define(slot.plan) : slot));
    takeMeasures(this.id);
  }

  async end() {
    await this.runtime.dispose();
    unwatchMeasures(this.id);
    this.runtime.clearMeasures();
  }

  /**
   * @param {import('./program.js').TaskPlan} plan
   * @returns {Slot}
   */
  #define(plan) {
    const { type, poolSize, keyed, ...options } = plan;
    /** @type {any} */
    const config = { ...options, type, worker: this.#makeWorker };
    config.taskId = `${this.id}.${++this.#defined}`;
    if (type === 'parallel') config.poolSize = poolSize;
    if (keyed) {
      config.keyOf = () => {
        this.onKey();
        return KEY_OF_TASK;
      };
    }
    const task = this.runtime.defineTask(config);
    return { task, plan, steady: false, disposed: false, made: 0 };
  }
}

/** @param {import('./program.js').TaskPlan} plan */
function isToBeSteady({ init, idleTimeoutMs, maxInFlight, poolSize, maxQueueDepth }) {
  return (
    init === 'eager' &&
    idleTimeoutMs === undefined &&
    maxInFlight >= poolSize &&
    maxQueueDepth === Infinity
  );
}

/**
 * Waits until every worker has run a call.
 * @param {Slot} slot
 */
async function makeSteady(slot) {
  const { task, plan } = slot;
  const seen = new Set();
  while (seen.size < plan.poolSize) {
    const calls = Array.from({ length: plan.maxInFlight }, () => task.later(1, 'number', 0, 2));
    slot.made += calls.length;
    let ended = false;
    const all = Promise.all(calls).then(() => (ended = true));
    while (!ended) {
      await macrotask();
      task
        .getState()
        .inFlightByWorker.forEach((/** @type {number} */ count, /** @type {number} */ worker) => {
          if (count > 0) seen.add(worker);
        });
    }
    await all;
  }
  slot.steady = true;
}
