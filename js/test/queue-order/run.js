import { judge } from './judge.js';
import { at, makeWords, open, startsIn } from './memory.js';

/**
 * @typedef {import('./case.js').QueueCase} QueueCase
 * @typedef {import('./case.js').QueuePlan} QueuePlan
 */

/** Longer than anything takes, in ms. */
const STUCK_MS = 60_000;

const GATE = -1;

const macrotask = () => new Promise((resolve) => setImmediate(() => resolve(undefined)));

/** A task on which one case is run after the other. */
export class QueueRun {
  #plan;
  #words = makeWords();
  /** @type {any} */
  #task;
  /** How many calls have been served. */
  #served = 0;
  /** @type {Map<number, string>} how calls have ended */
  #ends = new Map();
  /** @type {Map<number, AbortController>} */
  #controllers = new Map();

  /**
   * @param {import('atelier-wasm').TaskRuntime} runtime
   * @param {(workerData: SharedArrayBuffer) => any} makeWorker
   * @param {QueuePlan} plan
   */
  constructor(runtime, makeWorker, plan) {
    this.#plan = plan;
    this.#task = runtime.defineTask({
      ...plan,
      type: 'parallel',
      worker: () => makeWorker(/** @type {SharedArrayBuffer} */ (this.#words.buffer)),
    });
  }

  /**
   * @param {QueueCase} one
   * @returns {Promise<string | undefined>} what is wrong: then this is of no use any more
   */
  async run(one) {
    try {
      await this.#prepare(one);
      const calls = await this.#fill(one.events);
      open(this.#words, at.gate);
      open(this.#words, at.startGate);
      await this.#until(() => this.#ends.size === calls);
      await this.#untilIdle();
      const starts = startsIn(this.#words).filter((id) => id !== GATE);
      this.#served += Atomics.load(this.#words, at.started);
      return judge(one, starts, this.#ends);
    } catch (error) {
      return String(error);
    }
  }

  end() {
    open(this.#words, at.gate);
    open(this.#words, at.startGate);
    this.#task.dispose();
  }

  /**
   * Brings the workers to the state that the case begins with.
   * @param {QueueCase} one
   */
  async #prepare({ served, workers, asyncGate }) {
    open(this.#words, at.startGate);
    while (this.#served % 8 !== served) {
      await this.#task.run(0);
      this.#served += 1;
    }
    if (workers === 'starting') {
      this.#task.stopWorkers();
      await this.#until(() => this.#task.getState().activeWorkers === 0);
      Atomics.store(this.#words, at.startGate, 0);
    } else if (this.#task.getState().activeWorkers === 0) {
      this.#task.startWorkers();
    }
    for (const word of [at.gate, at.started]) Atomics.store(this.#words, word, 0);
    this.#ends.clear();
    this.#controllers.clear();
    if (workers !== 'busy') return;
    const method = asyncGate ? 'holdLater' : 'hold';
    const { maxInFlight } = this.#plan;
    for (let n = 0; n < maxInFlight; n++) {
      this.#task[method](GATE).catch(() => {}); // if it fails, the starts tell
    }
    await this.#until(() => Atomics.load(this.#words, at.started) === maxInFlight);
  }

  /**
   * @param {import('./case.js').QueueEvent[]} events
   * @returns {Promise<number>} how many calls were made
   */
  async #fill(events) {
    let calls = 0;
    for (const event of events) {
      if (event.do === 'call') {
        calls += 1;
        this.#call(event);
      } else if (event.do === 'cancel') this.#controllers.get(event.id)?.abort();
      else if (event.do === 'stop') this.#task.stopWorkers();
      else await (event.macrotask ? macrotask() : undefined);
    }
    return calls;
  }

  /** @param {import('./case.js').CallEvent} event */
  #call({ id, way, priority }) {
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    const bound = this.#task.with({ priority, signal: controller.signal });
    const called = way === 'small' ? bound.run(id) : bound.run(id, new Uint8Array(8));
    called.then(
      () => this.#ends.set(id, 'ok'),
      (/** @type {Error} */ error) => this.#ends.set(id, error.name)
    );
  }

  #untilIdle() {
    return this.#until(() => {
      const { inFlight, pending, waiting } = this.#task.getState();
      return inFlight + pending + waiting === 0;
    });
  }

  /** @param {() => boolean} isSo */
  async #until(isSo) {
    const sinceMs = performance.now();
    while (!isSo()) {
      if (performance.now() - sinceMs > STUCK_MS) {
        const { inFlight, pending, waiting } = this.#task.getState();
        throw new Error(`stuck: ${inFlight} in flight, ${pending} pending, ${waiting} waiting`);
      }
      await macrotask();
    }
  }
}
