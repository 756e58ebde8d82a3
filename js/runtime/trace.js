import { traceIdAt } from '../shared/ids.js';
import { CallPromise } from './call-promise.js';
import { describe, NONE, Status } from './core.js';
import { wrong } from './options.js';
import { withTrace } from './task-proxy.js';

/**
 * @typedef {import('./core.js').Core} Core
 * @typedef {import('../types.js').Trace} Trace
 * @typedef {import('./trace-context.js').TraceContext} TraceContext
 */

/** Of a trace's id. */
const ID_BYTES = 16;

/** Engines without `using` have no such symbol yet. */
const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

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

  get parent() {
    return this.#parent;
  }

  /**
   * @template T
   * @param {import('../types.js').Task<T>} task
   * @returns {import('../types.js').Task<T>}
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
    return this.#traces.context.run(this, fn);
  }

  /** @param {{ error?: unknown }} [outcome] */
  end(outcome) {
    this.#traces.end(this, outcome);
  }

  [DISPOSE]() {
    this.end();
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
  #resting = false;
  #core;
  #heap;
  #nextMacrotask;
  /** @type {FinalizationRegistry<number>} */
  #released;

  /**
   * @param {Core} core
   * @param {import('../shared/heap.js').Heap} heap
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

  /** The trace of the running code: the one that is certain, or the only one that is open. */
  get current() {
    if (this.context.active) return this.context.active;
    return this.anyOpen ? this.#open.get(this.#core.soleOpenTrace()) : undefined;
  }

  /** Makes a promise for a caller, which `CallPromise.awaitersOf` settles. */
  makePromise() {
    return CallPromise.make(this.context.needsGroups ? this : undefined);
  }

  /**
   * Starts a trace, inside the one that is active for certain.
   * @param {string} [name]
   * @returns {TraceHandle}
   */
  start(name) {
    const parent = this.context.active;
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
   */
  end(trace, outcome) {
    const failed = outcome !== undefined && 'error' in outcome && outcome.error !== undefined;
    this.#finish(trace, failed ? Status.error : Status.ok, outcome?.error);
  }

  /** Ends all that are open, because of `error`. */
  endAll(/** @type {unknown} */ error) {
    this.#core.endAllTraces(Status.canceled, this.#textOf(error));
    this.#open.clear();
    this.#restWhenIdle();
  }

  /** Takes in that a call has been made in a trace; `leave` has to follow. */
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
    const promise = this.makePromise();
    const awaiters = CallPromise.awaitersOf(promise);
    const trace = this.start(name);
    /** @type {Promise<R>} */
    const result = new Promise((settle) => settle(trace.run(() => fn(trace))));
    result.then(
      (value) => {
        trace.end();
        this.context.giveBack(trace, awaiters.answers({ value }));
      },
      (error) => {
        this.#finish(trace, Status.error, error); // which may be anything, undefined too
        this.context.giveBack(trace, awaiters.answers({ error }));
      }
    );
    return promise;
  }

  /**
   * Answers those who await a promise from code that may settle more than one.
   * @param {import('./call-promise.js').Awaiters} awaiters
   * @param {import('./call-promise.js').Ending} ending
   */
  giveLater(awaiters, ending) {
    if (this.anyOpen) this.context.giveLater(awaiters.answers(ending));
    else awaiters.settle(ending);
  }

  /** @param {import('./call-promise.js').Answer[]} answers */
  giveAnswersLater(answers) {
    if (this.anyOpen) this.context.giveLater(answers);
    else for (const { settle } of answers) settle();
  }

  /**
   * @param {Trace} trace what a caller gave as one of ours
   * @throws {TypeError} if it is not
   */
  check(trace) {
    if (!TraceHandle.belongsTo(trace, this)) {
      throw wrong('with()', 'trace', trace, 'a trace of the same runtime');
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
