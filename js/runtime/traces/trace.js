import { traceIdAt } from '../../shared/ids.js';
import { CallPromise } from '../calls/call-promise.js';
import { describe, NONE, Status } from '../core.js';
import { wrong } from '../../shared/check.js';
import { withTrace } from '../task-proxy.js';

/**
 * @typedef {import('../core.js').Core} Core
 * @typedef {import('../../types.js').Trace} Trace
 * @typedef {import('../calls/open-calls.js').OpenCall} OpenCall
 * @typedef {import('../calls/outcome.js').Outcome} Outcome
 * @typedef {import('./trace-context.js').TraceContext} TraceContext
 */

/** Of a trace's id. */
const ID_BYTES = 16;

/** Engines without `using` have no such symbol yet. */
const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/** In the place of a trace for code that is in none for certain. */
const OUTSIDE = /** @type {TraceHandle} */ ({ innermostOpen: null });

/**
 * A trace as users hold it. While it is in reach, so is what it is nested in.
 * @implements {Trace}
 */
export class TraceHandle {
  #traces;
  #index;
  #parent;

  /**
   * @param {Traces} traces
   * @param {number} index its number in the core
   * @param {string} id
   * @param {string | undefined} name
   * @param {TraceHandle | undefined} parent
   */
  constructor(traces, index, id, name, parent) {
    this.#traces = traces;
    /** @readonly */
    this.id = id;
    /** @readonly */
    this.name = name;
    this.#index = index;
    this.#parent = parent;
  }

  get index() {
    return this.#index;
  }

  /**
   * This trace, or, if it has ended, the innermost around it that has not; null if there is none.
   * @returns {TraceHandle | null}
   */
  get innermostOpen() {
    return this.#traces.isOpen(this) ? this : (this.#parent?.innermostOpen ?? null);
  }

  /**
   * @template T
   * @param {import('../../types.js').Task<T>} task
   * @returns {import('../../types.js').Task<T>}
   */
  with(task) {
    return withTrace(task, this);
  }

  /**
   * @template R
   * @param {() => R} fn
   * @returns {R}
   */
  run(fn) {
    const { context } = this.#traces;
    const result = /** @type {any} */ (context.run(this, fn));
    const isPending = result instanceof Promise || typeof result?.then === 'function';
    return isPending ? /** @type {any} */ (this.#traces.follow(this, result)) : result;
  }

  /** @param {{ error?: unknown }} [outcome] */
  end(outcome) {
    this.#traces.end(this, outcome);
  }

  [DISPOSE]() {
    this.end();
  }

  /** So that Vue leaves it as it is: behind a Proxy there would be no private members. */
  get [Symbol.toStringTag]() {
    return 'Trace';
  }

  /**
   * @param {unknown} value
   * @param {Traces} traces
   */
  static belongsTo(value, traces) {
    return value instanceof TraceHandle && value.#traces === traces;
  }
}

/** The traces of one runtime. */
export class Traces {
  /** @type {Map<number, TraceHandle>} */
  #open = new Map();
  /** How many calls are open that were made in a trace. */
  #calls = 0;
  /** Those of which a callback is under way, and how many. @type {Map<Pick<OpenCall, 'trace'>, number>} */
  #calledBack = new Map();
  #resting = false;
  #core;
  #heap;
  #nextMacrotask;
  /** @type {FinalizationRegistry<number>} */
  #released;

  /**
   * @param {Core} core
   * @param {import('../../shared/heap.js').Heap} heap
   * @param {TraceContext} context
   * @param {(callback: () => void) => void} nextMacrotask
   */
  constructor(core, heap, context, nextMacrotask) {
    this.#core = core;
    this.#heap = heap;
    this.context = context;
    this.#nextMacrotask = nextMacrotask;
    this.#released = new FinalizationRegistry((index) => core.releaseTrace(index));
  }

  get anyOpen() {
    return this.#open.size > 0;
  }

  /**
   * The trace of the running code, as far as that is certain and any is open.
   * @returns {import('./trace-context.js').CertainTrace}
   */
  get active() {
    return this.anyOpen ? this.context.active : undefined;
  }

  /**
   * The only one that is open, with those inside it: the innermost. None while the running code may be a
   * callback of a call outside it.
   */
  get sole() {
    const sole = this.anyOpen ? this.#open.get(this.#core.soleOpenTrace()) : undefined;
    for (const { trace } of this.#calledBack.keys()) {
      if ((trace ?? OUTSIDE).innermostOpen !== sole) return undefined;
    }
    return sole;
  }

  /**
   * What the promises of callers have to know.
   * @returns {import('../calls/awaiters.js').TraceLookup | undefined}
   */
  get lookup() {
    return this.context.needsGroups ? this : undefined;
  }

  /** @param {TraceHandle} trace */
  isOpen(trace) {
    return this.#open.get(trace.index) === trace;
  }

  /**
   * Starts a trace, inside the one that is active for certain.
   * @param {string} [name]
   * @returns {TraceHandle}
   */
  start(name) {
    const parent = this.active ?? undefined;
    const index = this.#core.startTrace(this.#core.handleOf(name), parent?.index ?? NONE);
    const address = this.#core.traceId(index);
    const id = /** @type {string} */ (
      traceIdAt(this.#heap.upTo(address + ID_BYTES).words, address >>> 2)
    );
    const trace = new TraceHandle(this, index, id, name, parent);
    this.#open.set(index, trace);
    this.#released.register(trace, index);
    return trace;
  }

  /**
   * @param {TraceHandle} trace
   * @param {{ error?: unknown }} [outcome]
   * @throws {TypeError} if the outcome is no object
   */
  end(trace, outcome) {
    if (outcome !== undefined && (typeof outcome !== 'object' || outcome === null)) {
      throw new TypeError(`end() takes { error } or nothing, not ${String(outcome)}.`);
    }
    const failed = outcome !== undefined && 'error' in outcome && outcome.error !== undefined;
    this.#finish(trace, failed ? Status.error : Status.ok, outcome?.error);
  }

  /** Ends all that are open, because of `error`. */
  endAll(/** @type {unknown} */ error) {
    this.#core.endAllTraces(Status.canceled, this.#textOf(error));
    this.#open.clear();
    this.#restWhenIdle();
  }

  /** Counts a call that is made in a trace; `leave` has to follow. */
  enter() {
    this.#calls += 1;
  }

  leave() {
    this.#calls -= 1;
    this.#restWhenIdle();
  }

  /**
   * Runs a function inside a new trace and ends it with the function.
   * @template R
   * @param {string | undefined} name
   * @param {(trace: TraceHandle) => R | Promise<R>} fn
   * @returns {Promise<R>}
   */
  run(name, fn) {
    const trace = this.start(name);
    /** @type {unknown} */
    let result;
    try {
      result = this.context.run(trace, () => fn(trace));
    } catch (error) {
      result = Promise.reject(error);
    }
    return this.follow(trace, result, (outcome) => {
      const failed = 'error' in outcome; // with anything, undefined too
      this.#finish(trace, failed ? Status.error : Status.ok, failed && outcome.error);
    });
  }

  /**
   * Runs a callback of a call. What it dispatches is in the call's trace, or in none.
   * @param {Pick<OpenCall, 'trace'>} call
   * @param {() => unknown} fn
   * @returns {Promise<unknown>}
   */
  async runFor(call, fn) {
    const trace = call.trace ?? OUTSIDE;
    const isTraced = this.anyOpen; // otherwise none is active, and following the code would cost
    const result = /** @type {any} */ (isTraced ? this.context.run(trace, fn) : fn());
    if (typeof result?.then !== 'function') return result;
    const count = (/** @type {number} */ by) => {
      const left = (this.#calledBack.get(call) ?? 0) + by;
      if (left > 0) this.#calledBack.set(call, left);
      else this.#calledBack.delete(call);
    };
    count(1);
    try {
      return await (isTraced ? this.context.follow(trace, result) : result);
    } finally {
      count(-1);
    }
  }

  /**
   * Forgets a call that has settled, and has no callbacks any more.
   * @param {Pick<OpenCall, 'trace'>} call
   */
  forget(call) {
    this.#calledBack.delete(call);
  }

  /**
   * Makes a promise of what a function has returned that was run in a trace. Who awaits it goes on in
   * the trace in which it is awaited.
   * @param {TraceHandle} trace
   * @param {unknown} result
   * @param {(outcome: Outcome) => void} [settled] called before
   * @returns {Promise<any>}
   */
  follow(trace, result, settled) {
    const promise = CallPromise.make(this.lookup);
    const answer = (/** @type {Outcome} */ outcome) => {
      settled?.(outcome);
      CallPromise.awaitersOf(promise).settle(outcome);
    };
    this.context.follow(trace, result).then(
      (value) => answer({ value }),
      (error) => answer({ error })
    );
    return promise;
  }

  /**
   * @param {Trace} trace what a caller gave as one of ours
   * @throws {TypeError} if it is not
   */
  check(trace) {
    if (!TraceHandle.belongsTo(trace, this)) {
      throw wrong('with()', "option 'trace'", trace, 'a trace of the same runtime');
    }
  }

  /**
   * Ends a trace, unless it has ended.
   * @param {TraceHandle} trace
   * @param {number} status
   * @param {unknown} error
   */
  #finish(trace, status, error) {
    if (this.#open.get(trace.index) !== trace) return;
    this.#open.delete(trace.index);
    this.#restWhenIdle();
    const isOk = status === Status.ok;
    const text = isOk ? this.#core.handleOf(undefined) : this.#textOf(error);
    this.#core.endTrace(trace.index, status, text);
  }

  /** @param {unknown} error */
  #textOf(error) {
    return this.#core.handleOf(describe(error)[0]);
  }

  /** Lets the context rest when nothing is left that could go on in a trace. */
  #restWhenIdle() {
    const isIdle = () => this.#open.size === 0 && this.#calls === 0;
    if (!isIdle() || this.#resting) return;
    this.#resting = true;
    this.#nextMacrotask(() => {
      this.#resting = false;
      if (isIdle()) this.context.rest();
    });
  }
}
