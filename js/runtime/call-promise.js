/**
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 * @typedef {{ value: any } | { error: unknown }} Ending how a promise is settled
 * @typedef {(ending: Ending) => void} Settle
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
 * @property {(answers: Answer[]) => void} giveLater gives answers, each in a macrotask of its own
 */

const { then } = Promise.prototype;

/**
 * Those who await one promise, grouped by the trace that they are in. Each group awaits a promise of
 * its own, so that it can be answered in a macrotask of its own (microtask-context.js). Does not
 * hold the promise itself.
 */
export class Awaiters {
  #traces;
  /** @type {Settle | undefined} */
  #settleUngrouped;
  #anyUngrouped = false;
  /** @type {Map<TraceHandle | undefined, { promise: Promise<any>, settle: Settle }> | undefined} */
  #groups;

  /**
   * @param {TraceLookup | undefined} traces undefined if the platform keeps the trace by itself
   * @param {Settle} settle settles the promise itself
   */
  constructor(traces, settle) {
    this.#traces = traces;
    this.#settleUngrouped = settle;
  }

  /**
   * Whether the running code has to `join` those that await the promise.
   * @returns {boolean}
   */
  look() {
    const settled = this.#settleUngrouped === undefined;
    const grouped = this.#traces?.anyOpen === true && !(settled && !this.#traces.current);
    this.#anyUngrouped ||= !grouped;
    return grouped;
  }

  /**
   * @param {Promise<any>} promise
   * @returns {Promise<any>} what the running code awaits instead
   */
  join(promise) {
    const trace = this.#traces?.current;
    if (!this.#settleUngrouped) return this.#joinLate(promise, trace);
    this.#groups ??= new Map();
    let group = this.#groups.get(trace);
    if (!group) {
      group = defer(Promise);
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
    const settleUngrouped = this.#settleUngrouped;
    if (!settleUngrouped) return [];
    this.#settleUngrouped = undefined;
    const answers = [...(this.#groups ?? [])].map(([trace, { settle }]) => ({
      trace,
      settle: () => settle(ending),
    }));
    this.#groups = undefined;
    if (this.#anyUngrouped || answers.length === 0) {
      answers.push({ trace: undefined, settle: () => settleUngrouped(ending) });
    } else {
      settleUngrouped(ending); // nobody hears
    }
    return answers;
  }

  /**
   * @param {Promise<any>} promise that has been settled
   * @param {TraceHandle | undefined} trace
   * @returns {Promise<any>}
   */
  #joinLate(promise, trace) {
    const { promise: group, settle } = defer(Promise);
    const answer = (/** @type {Ending} */ ending) =>
      this.#traces?.giveLater([{ trace, settle: () => settle(ending) }]);
    then.call(
      promise,
      (value) => answer({ value }),
      (error) => answer({ error })
    );
    return group;
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
   * @returns {{ promise: CallPromise<any>, awaiters: Awaiters }}
   */
  static make(traces) {
    const { promise, settle } = defer(CallPromise);
    const awaiters = new Awaiters(traces, settle);
    /** @type {CallPromise<any>} */ (promise).#awaiters = awaiters;
    return { promise: /** @type {CallPromise<any>} */ (promise), awaiters };
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

/**
 * @param {PromiseConstructor} PromiseClass
 * @returns {{ promise: Promise<any>, settle: Settle }}
 */
function defer(PromiseClass) {
  /** @type {any} */
  const deferred = {};
  deferred.promise = new PromiseClass((resolve, reject) => {
    deferred.settle = (/** @type {Ending} */ ending) =>
      'error' in ending ? reject(ending.error) : resolve(ending.value);
  });
  return deferred;
}
