import { STREAM_WINDOW } from '../../shared/protocol.js';
import { CallPromise } from './call-promise.js';

/**
 * @typedef {object} StreamSource what a stream needs of the call that it comes from
 * @property {(count: number) => void} pull lets the worker send so many more items
 * @property {() => void} stop gives the call up
 * @typedef {import('./awaiters.js').Awaiters} Awaiters
 * @typedef {import('./outcome.js').Outcome} Outcome
 */

/** Engines without `await using` have no such symbol yet. */
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** How many items the caller takes before the worker is told: one message for several. */
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
  #readers = [];
  /** @type {(() => void) | undefined} settles the call; set when the worker is done with it */
  #settleCall;
  /** @type {Outcome | undefined} what follows the items; set when the call has settled */
  #outcome;

  /**
   * @param {StreamSource} source
   * @param {import('../traces/trace.js').Traces} traces
   */
  constructor(source, traces) {
    this.#source = source;
    this.#traces = traces;
  }

  /**
   * Adds an item that has arrived.
   * @param {unknown} value
   */
  push(value) {
    const reader = this.#readers.shift();
    if (!reader) {
      this.#items.push(value);
      return;
    }
    this.#countTaken();
    reader.settle({ value: { done: false, value } });
  }

  /**
   * Is called when the worker has finished the call. The call settles when the caller has taken all items
   * and asks for more.
   * @param {() => void} settleCall
   */
  close(settleCall) {
    this.#settleCall = settleCall;
    if (this.#readers.length > 0) settleCall();
  }

  /**
   * Ends the iteration, after the items that there are.
   * @param {Outcome} outcome
   */
  end(outcome) {
    this.#outcome ??= outcome;
    this.#settleAll();
  }

  /**
   * Ends the iteration at once.
   * @param {Outcome} outcome
   */
  cut(outcome) {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#items = [];
    this.#settleAll();
  }

  /** Gives the call up: the caller wants no more of it. */
  stop() {
    if (this.#outcome) return;
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
    if (!this.#outcome) this.#settleCall?.();
    if (this.#outcome) return this.settled(this.#takeEnding());
    const promise = CallPromise.make(this.#traces.lookup);
    this.#readers.push(CallPromise.awaitersOf(promise));
    return promise;
  }

  /**
   * @param {Outcome} outcome
   * @returns {Promise<any>}
   */
  settled(outcome) {
    return CallPromise.settled(this.#traces.lookup, outcome);
  }

  #countTaken() {
    if (++this.#takenUntold < PULL_AFTER || this.#settleCall || this.#outcome) return;
    this.#source.pull(this.#takenUntold);
    this.#takenUntold = 0;
  }

  #settleAll() {
    for (const reader of this.#readers.splice(0)) reader.settle(this.#takeEnding());
  }

  /** How the iteration has ended, for the first that asks; for later ones, that it has. */
  #takeEnding() {
    const outcome = this.#outcome ?? { value: undefined };
    this.#outcome = { value: undefined };
    return 'error' in outcome ? outcome : { value: { done: true, value: outcome.value } };
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
