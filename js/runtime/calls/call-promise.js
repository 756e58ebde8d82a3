import { quote } from '../../shared/check.js';
import { Awaiters, defer } from './awaiters.js';

/**
 * @typedef {import('./outcome.js').Outcome} Outcome
 * @typedef {import('./awaiters.js').TraceLookup} TraceLookup
 */

const { then } = Promise.prototype;

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
    const { promise, settlers } = defer(CallPromise);
    promise.#awaiters = new Awaiters(traces, settlers);
    return promise;
  }

  /**
   * Makes one that is settled.
   * @param {TraceLookup | undefined} traces
   * @param {Outcome} outcome
   * @returns {CallPromise<any>}
   */
  static settled(traces, outcome) {
    const promise = CallPromise.make(traces);
    CallPromise.awaitersOf(promise).settle(outcome);
    return promise;
  }

  /**
   * @param {CallPromise<any>} promise that `make` has made
   * @returns {Awaiters}
   */
  static awaitersOf(promise) {
    return /** @type {Awaiters} */ (promise.#awaiters);
  }

  [Symbol.asyncIterator]() {
    return new CallIterator(this);
  }

  static {
    const awaitersOf = (/** @type {object} */ promise) =>
      #awaiters in promise ? promise.#awaiters : undefined;
    /** Whose promise's `constructor` was read last: `await` reads its `then` next. @type {unknown} */
    let asked;
    Object.defineProperties(this.prototype, {
      constructor: {
        get() {
          const awaiters = awaitersOf(this);
          if (!awaiters?.areGrouped) return Promise;
          asked = awaiters;
          return CallPromise;
        },
      },
      then: {
        get() {
          const awaiters = awaitersOf(this);
          const maybeAwait = asked === awaiters;
          asked = undefined;
          return awaiters?.join(this, maybeAwait) ?? then;
        },
      },
    });
  }
}

/**
 * Iterates over what a call gives. Each of its promises is one of ours, which sees who awaits it; of a
 * generator's, nobody would.
 * @implements {AsyncIterableIterator<unknown, unknown, undefined>}
 */
class CallIterator {
  #call;
  #traces;
  /** @type {AsyncIterator<unknown, unknown> | undefined} once the call has given it */
  #iterator;

  /** @param {CallPromise<any>} call */
  constructor(call) {
    this.#call = call;
    this.#traces = CallPromise.awaitersOf(call).traces;
  }

  next() {
    return this.#ask((iterator) => iterator.next());
  }

  /** @param {unknown} [value] */
  return(value) {
    return this.#ask((iterator) => iterator.return?.(value));
  }

  /** @param {unknown} error */
  throw(error) {
    return this.#ask((iterator) => iterator.throw?.(error));
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /**
   * @param {(iterator: AsyncIterator<unknown, unknown>) => any} step
   * @returns {any}
   */
  #ask(step) {
    if (this.#iterator) return step(this.#iterator);
    const promise = CallPromise.make(this.#traces);
    const awaiters = CallPromise.awaitersOf(promise);
    CallPromise.awaitersOf(this.#call).hear(this.#call, (given) => {
      const failed = 'error' in given;
      this.#iterator ??= iteratorOf(failed ? [] : given.value);
      if (failed) awaiters.settle(given);
      else this.#pass(step(this.#iterator), awaiters);
    });
    return promise;
  }

  /**
   * @param {any} from
   * @param {Awaiters} to
   */
  #pass(from, to) {
    const answer = (/** @type {Outcome} */ outcome) => to.settle(outcome);
    if (from instanceof CallPromise) CallPromise.awaitersOf(from).hear(from, answer);
    else {
      from.then(
        (/** @type {any} */ value) => answer({ value }),
        (/** @type {unknown} */ error) => answer({ error })
      );
    }
  }
}

/**
 * @param {any} value
 * @returns {AsyncIterator<unknown, unknown>}
 */
function iteratorOf(value) {
  return value?.[Symbol.asyncIterator]?.() ?? iterate(value);
}

/** @param {any} values a call may give an array */
async function* iterate(values) {
  if (typeof values?.[Symbol.iterator] !== 'function') {
    throw new TypeError(
      `for await takes the call of a handler that is a generator; this one gave ${quote(values)}.`
    );
  }
  return yield* values;
}
