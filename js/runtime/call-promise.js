/**
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 * @typedef {{ value: any } | { error: unknown }} Ending how a promise is settled
 */

/**
 * What answers those who await a promise in one trace, or in none that is known.
 * @typedef {{ trace: TraceHandle | undefined, settle: () => void }} Answer
 */

/**
 * What a promise has to know of the traces.
 * @typedef {object} TraceLookup
 * @property {boolean} anyOpen
 * @property {TraceHandle | undefined} current the trace of the running code
 * @property {(answers: Answer[]) => void} giveAnswersLater gives answers, each in a macrotask of its own
 */

const { then } = Promise.prototype;

/**
 * Those who await one promise, grouped by the trace that they are in. Each group awaits a promise of
 * its own, so that it can be answered in a macrotask of its own (microtask-context.js). Does not
 * hold the promise itself.
 */
export class Awaiters {
  #traces;
  #resolve;
  #reject;
  #settled = false;
  #anyUngrouped = false;
  /** @type {Map<TraceHandle | undefined, Deferred> | undefined} */
  #groups;

  /**
   * @param {TraceLookup | undefined} traces undefined if the platform keeps the trace by itself
   * @param {(value: any) => void} resolve settles the promise itself
   * @param {(error: unknown) => void} reject
   */
  constructor(traces, resolve, reject) {
    this.#traces = traces;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /**
   * Whether the running code has to `join` those that await the promise.
   * @returns {boolean}
   */
  look() {
    const grouped = this.#traces?.anyOpen === true && !(this.#settled && !this.#traces.current);
    this.#anyUngrouped ||= !grouped;
    return grouped;
  }

  /**
   * @param {Promise<any>} promise
   * @returns {Promise<any>} what the running code awaits instead
   */
  join(promise) {
    const trace = this.#traces?.current;
    if (this.#settled) return this.#joinLate(promise, trace);
    this.#groups ??= new Map();
    let group = this.#groups.get(trace);
    if (!group) {
      group = defer();
      this.#groups.set(trace, group);
      then.call(promise, undefined, () => {}); // if it rejects, the group hears
    }
    return group.promise;
  }

  /**
   * Ends the waiting. To be given first in a macrotask each, as far as there is a trace.
   * @param {Ending} ending
   * @returns {Answer[]}
   */
  answers(ending) {
    if (this.#settled) return [];
    this.#settled = true;
    const answers = [...(this.#groups ?? [])].map(([trace, group]) => ({
      trace,
      settle: () => group.settle(ending),
    }));
    this.#groups = undefined;
    if (this.#anyUngrouped || answers.length === 0) {
      answers.push({ trace: undefined, settle: () => this.#settle(ending) });
    } else {
      this.#settle(ending); // nobody hears
    }
    return answers;
  }

  /**
   * Ends the waiting at once, where no trace matters.
   * @param {Ending} ending
   */
  settle(ending) {
    if (this.#groups) {
      for (const { settle } of this.answers(ending)) settle();
    } else if (!this.#settled) {
      this.#settled = true;
      this.#settle(ending);
    }
  }

  /** @param {Ending} ending */
  #settle(ending) {
    if ('error' in ending) this.#reject(ending.error);
    else this.#resolve(ending.value);
    this.#resolve = this.#reject = nothing; // they hold the promise, and that its value
  }

  /**
   * @param {Promise<any>} promise that has been settled
   * @param {TraceHandle | undefined} trace
   * @returns {Promise<any>}
   */
  #joinLate(promise, trace) {
    const group = defer();
    const answer = (/** @type {Ending} */ ending) =>
      this.#traces?.giveAnswersLater([{ trace, settle: () => group.settle(ending) }]);
    then.call(
      promise,
      (value) => answer({ value }),
      (error) => answer({ error })
    );
    return group.promise;
  }
}

/**
 * The promise of a call, of a stream's item or of a trace, as callers hold it. While traces are open
 * it keeps apart who awaits it in which: whoever does reads its `then` right then. That holds for
 * `await` too if its `constructor` is not Promise (https://tc39.es/ecma262/#sec-promise-resolve), so
 * that is what it says while traces are open. Otherwise it is as fast as any promise.
 *
 * It is an async iterable too, so that `for await` takes a generator's call as it is.
 * @template T
 * @augments {Promise<T>}
 */
export class CallPromise extends Promise {
  /** @type {Awaiters | undefined} */
  #awaiters;

  /** What `then` and the like return is a plain promise. */
  static get [Symbol.species]() {
    return Promise;
  }

  /**
   * @param {TraceLookup | undefined} traces
   * @returns {CallPromise<any>}
   */
  static make(traces) {
    const promise = new CallPromise(keepResolvers);
    promise.#awaiters = new Awaiters(traces, keptResolve, keptReject);
    keepResolvers(nothing, nothing); // they hold their promise, and that its value
    return promise;
  }

  /**
   * @param {CallPromise<any>} promise that `make` has made
   * @returns {Awaiters}
   */
  static awaitersOf(promise) {
    return /** @type {Awaiters} */ (promise.#awaiters);
  }

  async *[Symbol.asyncIterator]() {
    return yield* /** @type {any} */ (await this);
  }

  static {
    const grouped = (/** @type {object} */ promise) =>
      #awaiters in promise && promise.#awaiters?.look() ? promise.#awaiters : undefined;
    Object.defineProperties(this.prototype, {
      constructor: {
        get() {
          return grouped(this) ? CallPromise : Promise;
        },
      },
      then: {
        get() {
          const group = grouped(this)?.join(this);
          if (!group) return then;
          return (/** @type {[any, any]} */ ...reactions) => group.then(...reactions);
        },
      },
    });
  }
}

const nothing = () => {};

/** @type {(value: any) => void} */
let keptResolve = nothing;
/** @type {(error: unknown) => void} */
let keptReject = nothing;

/**
 * What `new Promise` calls, without a closure for each.
 * @param {(value: any) => void} resolve
 * @param {(error: unknown) => void} reject
 */
function keepResolvers(resolve, reject) {
  keptResolve = resolve;
  keptReject = reject;
}

/** @typedef {{ promise: Promise<any>, settle: (ending: Ending) => void }} Deferred */

/** @returns {Deferred} */
function defer() {
  const promise = new Promise(keepResolvers);
  const resolve = keptResolve;
  const reject = keptReject;
  keepResolvers(nothing, nothing);
  const settle = (/** @type {Ending} */ ending) =>
    'error' in ending ? reject(ending.error) : resolve(ending.value);
  return { promise, settle };
}
