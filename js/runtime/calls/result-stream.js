import { STREAM_WINDOW } from '../../shared/protocol.js';
import { CallPromise } from './call-promise.js';

/**
 * @typedef {object} StreamSource what a stream needs of the call that it comes from
 * @property {(count: number) => void} pull lets the worker send so many more items
 * @property {() => void} stop gives the call up
 * @typedef {import('./awaiters.js').Awaiters} Awaiters
 * @typedef {import('./awaiters.js').Ending} Ending
 */

/** Engines without `await using` have no such symbol yet. */
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** How many items are taken before the worker is told: one message for several. */
const PULL_AFTER = STREAM_WINDOW / 2;

/**
 * The items of one call whose handler is a generator, on their way to its caller. The runtime holds
 * this; the caller holds its iterator, which the runtime does not, so that the call can be given up
 * when the caller has lost that.
 */
export class ResultStream {
  #source;
  #traces;
  /** @type {unknown[]} arrived, and not taken yet */
  #items = [];
  #takenUntold = 0;
  /** @type {Awaiters[]} calls of `next` that wait; none while there are items */
  #takers = [];
  /** @type {(() => void) | undefined} settles the call; set when the worker is done with it */
  #settleCall;
  /** @type {Ending | undefined} what follows the items; set when the call has settled */
  #ending;

  /**
   * @param {StreamSource} source
   * @param {import('../traces/trace.js').Traces} traces
   */
  constructor(source, traces) {
    this.#source = source;
    this.#traces = traces;
  }

  /**
   * Takes in an item.
   * @param {unknown} value
   */
  push(value) {
    const taker = this.#takers.shift();
    if (!taker) {
      this.#items.push(value);
      return;
    }
    this.#countTaken();
    taker.answer({ value: { done: false, value } });
  }

  /**
   * Takes in that the worker is done with the call. It settles when the caller has taken all items and asks for more.
   * @param {() => void} settleCall
   */
  close(settleCall) {
    this.#settleCall = settleCall;
    if (this.#takers.length > 0) settleCall();
  }

  /**
   * Ends the iteration, after the items that there are.
   * @param {Ending} ending
   */
  end(ending) {
    this.#ending ??= ending;
    this.#answerAll();
  }

  /**
   * Ends the iteration at once.
   * @param {Ending} ending
   */
  cut(ending) {
    if (this.#ending) return;
    this.#ending = ending;
    this.#items = [];
    this.#answerAll();
  }

  /** Gives the call up: the caller wants no more of it. */
  stop() {
    if (this.#ending) return;
    this.cut({ value: undefined });
    this.#source.stop();
  }

  /** @returns {Promise<IteratorResult<unknown, unknown>>} */
  next() {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#countTaken();
      return this.settled({ value: { done: false, value } });
    }
    if (!this.#ending) this.#settleCall?.();
    if (this.#ending) return this.settled(this.#takeEnding());
    const promise = CallPromise.make(this.#traces.lookup);
    this.#takers.push(CallPromise.awaitersOf(promise));
    return promise;
  }

  /**
   * @param {Ending} ending
   * @returns {Promise<any>}
   */
  settled(ending) {
    return CallPromise.settled(this.#traces.lookup, ending);
  }

  #countTaken() {
    if (++this.#takenUntold < PULL_AFTER || this.#settleCall || this.#ending) return;
    this.#source.pull(this.#takenUntold);
    this.#takenUntold = 0;
  }

  #answerAll() {
    for (const taker of this.#takers.splice(0)) taker.answer(this.#takeEnding());
  }

  /** How the iteration has ended, for the first that asks; for later ones, that it has. */
  #takeEnding() {
    const ending = this.#ending ?? { value: undefined };
    this.#ending = { value: undefined };
    return 'error' in ending ? ending : { value: { done: true, value: ending.value } };
  }
}

/** @type {FinalizationRegistry<ResultStream>} */
const lost = new FinalizationRegistry((stream) => stream.stop());

/**
 * What the caller holds of a stream.
 * @implements {AsyncIterableIterator<unknown, unknown, undefined>}
 */
export class StreamIterator {
  #stream;

  /** @param {ResultStream} stream */
  constructor(stream) {
    this.#stream = stream;
    lost.register(this, stream);
  }

  next() {
    return this.#stream.next();
  }

  /**
   * Gives the call up.
   * @param {unknown} [value]
   * @returns {Promise<IteratorResult<unknown, unknown>>}
   */
  return(value) {
    this.#stream.stop();
    return this.#stream.settled({ value: { done: true, value } });
  }

  /**
   * Gives the call up.
   * @param {unknown} error
   * @returns {Promise<IteratorResult<unknown, unknown>>}
   */
  throw(error) {
    this.#stream.stop();
    return this.#stream.settled({ error });
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  [ASYNC_DISPOSE]() {
    this.#stream.stop();
    return this.#stream.settled({ value: undefined });
  }
}
