import { callsIn, isStream } from './program.js';
import { CallRun } from './call-run.js';
import { marksOf, takeMeasures } from './measures.js';
import { nextMacrotask, pause, spin } from './values.js';

/**
 * @typedef {import('./program.js').Step} Step
 * @typedef {import('./program.js').CallStep} CallStep
 * @typedef {import('./stage.js').Stage} Stage
 */

/** One run of a program. It never waits for what the program does not await, but at its end. */
export class ProgramRun {
  #stage;
  #program;
  /** Calls that other steps cancel. @type {Set<number>} */
  #cancelled;
  /** @type {Map<number, CallRun>} */
  calls = new Map();
  /** @type {string[]} */
  failures = [];
  /** States whose counters do not fit. @type {string[]} */
  miscounts = [];

  /**
   * @param {Stage} stage
   * @param {import('./program.js').Program} program
   */
  constructor(stage, program) {
    this.#stage = stage;
    this.#program = program;
    this.#cancelled = cancelledIn(program.steps);
  }

  /** @returns {Promise<void>} that never rejects */
  async run() {
    try {
      const { runtime } = this.#stage;
      if (this.#program.traced) await runtime.trace('program', () => this.#doAll());
      else await this.#doAll();
      await this.#settleAll();
    } catch (error) {
      this.failures.push(`${/** @type {any} */ (error)?.stack ?? error}`);
    }
  }

  /** Waits until nothing is in flight any more. */
  async comeToRest() {
    for (const index of this.#stage.slots.keys()) {
      while (!this.#isAtRest(index))
        await new Promise((resolve) => nextMacrotask(() => resolve(0)));
    }
  }

  async #rest() {
    await this.#settleAll();
    await this.comeToRest();
  }

  /** Compares what has been counted with what was done. */
  checkCounts() {
    const { id, slots, plan } = this.#stage;
    for (const [index, { task, made }] of slots.entries()) {
      const { totalDispatched } = task.getState();
      if (totalDispatched !== made)
        this.#fail(`task ${index}: counts ${totalDispatched} of ${made}`);
    }
    const measured = takeMeasures(id);
    const expected = plan.spans ? this.calls.size : 0;
    if (measured.length !== expected || new Set(measured).size !== expected) {
      this.#fail(`${measured.length} measures of ${expected} calls`);
    }
    const marks = plan.spans ? marksOf(id) : 0;
    if (marks > 0) this.#fail(`${marks} marks are left`);
  }

  /** @returns {CallRun[]} those that have not come to their end */
  get open() {
    return [...this.calls.values()].filter(({ outcome }) => outcome === undefined);
  }

  /** @param {string} what */
  #fail(what) {
    this.failures.push(what);
  }

  async #doAll() {
    for (const step of this.#program.steps) {
      if (step.do === 'await') await this.#await(step);
      else if (step.do === 'pause') await pause(step.moment);
      else if (step.do === 'rest') await this.#rest();
      else this.#do(step);
    }
  }

  /** @param {Step} step */
  #do(step) {
    switch (step.do) {
      case 'call':
        this.#call(step);
        break;
      case 'read':
        this.calls.get(step.id)?.read(step.most, step.slow);
        break;
      case 'cancel':
        this.calls.get(step.id)?.cancel('AbortError');
        break;
      case 'abort':
        this.#stage.runtime.abortTaskController.abort(step.key);
        break;
      case 'spin':
        spin(step.us);
        break;
      case 'state':
        this.#isAtRest(step.task);
        break;
      case 'stop':
        this.#slot(step).steady = false;
        this.#slot(step).task.stopWorkers();
        break;
      case 'start':
        if (!this.#slot(step).disposed) this.#slot(step).task.startWorkers();
        break;
      case 'dispose':
        this.#slot(step).disposed = true;
        this.#slot(step).task.dispose();
    }
  }

  /** @param {{ task: number }} step */
  #slot({ task }) {
    return this.#stage.slots[task];
  }

  /** @param {CallStep} step */
  #call(step) {
    const slot = this.#slot(step);
    const call = new CallRun(step, (what) => this.#fail(what));
    this.calls.set(step.id, call);
    slot.made += 1;
    const { within } = step;
    let done = !within;
    const doWithin = () => {
      if (done) return;
      done = true;
      this.#stage.onKey = () => {};
      if (within) this.#do(within.step);
    };
    if (within?.where === 'keyOf') this.#stage.onKey = doWithin;
    const hasSignal = step.cancel !== undefined || this.#cancelled.has(step.id);
    call.start(slot.task, { hasSignal, ...(within?.where === 'getter' && { onGet: doWithin }) });
    this.#stage.onKey = () => {};
  }

  /** @param {import('./program.js').AwaitStep} step */
  async #await({ ids, how }) {
    const ends = ids.map((id) => this.calls.get(id)?.end);
    if (how === 'all') await Promise.all(ends);
    else if (how === 'race') await Promise.race(ends);
    else for (const end of ends) await end;
  }

  /** Reads what has not been read, and waits for every call. */
  async #settleAll() {
    for (const step of callsIn(this.#program.steps)) {
      if (isStream(step)) this.calls.get(step.id)?.read(Infinity, false);
    }
    for (const call of this.calls.values()) await call.end;
    // A getter may have made another call since.
    for (const call of this.calls.values()) await call.end;
  }

  /**
   * Checks the counters of a task.
   * @param {number} index
   * @returns {boolean} whether they say that there is nothing to do
   */
  #isAtRest(index) {
    const { task, plan, steady, disposed } = this.#stage.slots[index];
    const { inFlight, inFlightByWorker, pending, waiting } = task.getState();
    const sum = inFlightByWorker.reduce(
      (/** @type {number} */ a, /** @type {number} */ b) => a + b
    );
    const isWrong = inFlight < sum || (steady && !disposed && inFlight !== sum);
    const counters = `${inFlight} in flight (${inFlightByWorker}), ${pending} pending, ${waiting} waiting`;
    if (isWrong || inFlight > plan.maxInFlight || pending > plan.maxQueueDepth) {
      this.miscounts.push(`task ${index}: ${counters}`);
    }
    this.counters[index] = counters;
    return inFlight + pending + waiting === 0;
  }

  /** As they were last. @type {string[]} */
  counters = [];
}

/**
 * @param {Step[]} steps
 * @returns {Set<number>}
 */
function cancelledIn(steps) {
  const inner = callsIn(steps).flatMap(({ within }) => (within ? [within.step] : []));
  return new Set([...steps, ...inner].flatMap((step) => (step.do === 'cancel' ? [step.id] : [])));
}
