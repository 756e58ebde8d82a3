import { awaitInFrame, findFrame } from './frames.js';
import { queueMicrotask } from '../../shared/timers.js';

/**
 * How many generations of microtasks are followed where there are no frames: enough for the promises
 * that async functions, `Promise.all` and the like put between an answer and the code that awaits it.
 */
const GENERATIONS = 100;

/**
 * Where there are frames: so many generations of what has awaited an answer outside of all traces are
 * taken for being outside still. A trace may await them, in whose frame they are then.
 */
const OUTSIDE_GENERATIONS = 3;

/** Code that makes many calls outside of all traces looks so often; then it takes that for granted. */
const MAX_MISSES = 8;

/** How many lineages, of whatever runtime, may still go on. */
let lineages = 0;

/** How many frames there have been, of whatever runtime. */
let frames = 0;

/**
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 * @typedef {import('./trace-context.js').TraceContext} TraceContext
 */

/**
 * What descends from an answer of ours, or from a function that was run in a trace.
 * @typedef {object} Lineage
 * @property {TraceHandle | undefined} trace
 * @property {boolean} certain whether the running code itself was run in the trace, or has awaited the
 *   answer in it
 * @property {boolean} awaits whether code in it awaits a promise of ours by now
 */

/**
 * The trace context of an engine that does not keep one itself.
 *
 * Microtasks run in the order in which they were queued. So what an answer queues is what lies between
 * two microtasks that we queue before it and behind it; what those queue, between two that our two
 * queue; and so on. The first generation has awaited the answer, so its trace is certain.
 *
 * Later ones may be other code, that waits for what this code resolves. V8's stack traces tell (frames.js),
 * also after a timer or a request. Elsewhere they count to the trace until one of them awaits a promise
 * of ours: then the code that has awaited the answer has gone on.
 * @implements {TraceContext}
 */
export class MicrotaskContext {
  needsGroups = true;
  #seesFrames;
  /** @type {Lineage | undefined} */
  #lineage;
  /** How many lineages of this runtime may still go on. */
  #ownLineages = 0;
  /** How many looks have found nothing, since microtasks have run. */
  #misses = 0;
  /** By what the names of their frames end with. @type {Map<string, TraceHandle>} */
  #framed = new Map();

  /** @param {boolean} seesFrames */
  constructor(seesFrames) {
    this.#seesFrames = seesFrames;
  }

  get active() {
    const lineage = this.#lineage;
    if (!lineage) return this.#look()?.innermostOpen;
    const isKnown = lineage.certain || (!this.#seesFrames && !lineage.awaits);
    return isKnown ? lineage.trace?.innermostOpen : undefined;
  }

  get maySettleNow() {
    return this.#seesFrames || lineages === this.#ownLineages;
  }

  /**
   * @template R
   * @param {TraceHandle | undefined} trace
   * @param {() => R} fn
   * @returns {R}
   */
  run(trace, fn) {
    return this.#enter(trace, this.#seesFrames ? 0 : GENERATIONS, false, fn);
  }

  /**
   * @param {TraceHandle} trace
   * @param {unknown} result
   */
  async follow(trace, result) {
    if (!this.#seesFrames) return result;
    const key = String(++frames); // a trace may have more than one
    this.#framed.set(key, trace);
    try {
      return await awaitInFrame(key, result);
    } finally {
      this.#framed.delete(key);
    }
  }

  /**
   * @param {TraceHandle | undefined} trace
   * @param {() => void} settle
   */
  settleIn(trace, settle) {
    const mayMislead = this.#ownLineages + this.#framed.size > 0;
    const generations = this.#seesFrames ? (trace ? 1 : OUTSIDE_GENERATIONS) : GENERATIONS;
    if (trace || mayMislead) this.#enter(trace, generations, true, settle);
    else settle();
  }

  noteAwait() {
    if (this.#lineage) this.#lineage.awaits = true;
  }

  rest() {}

  /** @param {number} by */
  #count(by) {
    this.#ownLineages += by;
    lineages += by;
  }

  /** Looks for the innermost frame of a trace of this runtime. */
  #look() {
    if (this.#framed.size === 0 || this.#misses >= MAX_MISSES) return undefined; // or no frames
    const found = findFrame((key) => this.#framed.get(key));
    if (!found && ++this.#misses === 1) queueMicrotask(() => (this.#misses = 0));
    return found;
  }

  /**
   * Runs a function as the beginning of a lineage.
   * @template R
   * @param {TraceHandle | undefined} trace
   * @param {number} generations so many are followed
   * @param {boolean} isAnswer whether what the function queues is certain
   * @param {() => R} fn
   * @returns {R}
   */
  #enter(trace, generations, isAnswer, fn) {
    /** @type {Lineage} */
    const lineage = { trace, certain: true, awaits: false };
    /** @type {Lineage | undefined} */
    let around = this.#lineage;
    let left = generations;
    const begin = () => {
      around = this.#lineage;
      this.#lineage = lineage;
      if (left > 1) queueMicrotask(begin);
    };
    const end = () => {
      this.#lineage = around;
      lineage.certain = false;
      left -= 1;
      if (left > 0) queueMicrotask(end);
      else this.#count(-1);
    };
    if (left > 0) {
      this.#count(1);
      queueMicrotask(begin);
    }
    this.#lineage = lineage;
    try {
      return fn();
    } finally {
      this.#lineage = around;
      lineage.certain = isAnswer;
      if (left > 0) queueMicrotask(end);
    }
  }
}
