import { STREAM_WINDOW } from '../../shared/protocol.js';
import { CallPromise } from './call-promise.js';

/**
 * @typedef {object} StreamSource what a stream needs of the call that it comes from
 * @property {(count: number) => void} pull lets the worker send so many more items
 * @property {() => void} stop gives the call up
 * @property {() => void} leave tells the handler that the call is given up: what it does last still counts
 * @typedef {import('./awaiters.js').Awaiters} Awaiters
 * @typedef {import('./outcome.js').Outcome} Outcome
 */

/** Engines without `await using` have no such symbol yet. */
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** How many items the caller takes before the worker is told: one message for several. */
const PULL_AFTER = STREAM_WINDOW / 2;

/** Why a call is over whose caller wants no more of it. */
export const stoppedIterating = () =>
  new DOMException('The caller has stopped iterating.', 'AbortError');

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
   * Those who have given the call up and wait for the handler's end, with what each gets then.
   * @type {[Awaiters, Outcome][] | undefined}
   */
  #leavers;

  /**
   * @param {StreamSource} source
   * @param {import('../traces/trace.js').Traces} traces
   */
  constructor(source, traces) {
    this.#source = source;
    this.#traces = traces;
  }

  /** Whether its caller has given the call up and waits for the handler's end. */
  get isLeaving() {
    return this.#leavers !== undefined;
  }

  /**
   * Adds an item that has arrived.
   * @param {unknown} value
   */
  push(value) {
    if (this.#outcome) return;
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
   * and asks for more, or waits for the handler's end.
   * @param {() => void} settleCall
   */
  close(settleCall) {
    this.#settleCall = settleCall;
    if (this.#leavers || this.#readers.length > 0) settleCall();
  }

  /**
   * Ends the iteration, after the items that there are.
   * @param {Outcome} outcome
   */
  end(outcome) {
    this.#outcome ??= outcome;
    this.#settleAll();
    this.#settleLeavers(outcome);
  }

  /**
   * Ends the iteration at once.
   * @param {Outcome} outcome
   */
  cut(outcome) {
    this.#settleLeavers();
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#items = [];
    this.#settleAll();
  }

  /** Gives the call up: nobody hears any more of it. */
  stop() {
    if (this.#outcome) return;
    this.cut({ value: undefined });
    this.#source.stop();
  }

  /**
   * Gives the call up, and waits until its handler has ended: what a `finally` throws is the caller's to know.
   * @param {Outcome} outcome what is given then
   * @returns {Promise<any>}
   */
  leave(outcome) {
    if (!this.#outcome) {
      this.cut({ value: undefined });
      if (this.#settleCall) this.#source.stop();
      else {
        this.#leavers = [];
        this.#source.leave();
      }
    }
    if (!this.#leavers) return this.settled(outcome);
    const promise = CallPromise.make(this.#traces.lookup);
    this.#leavers.push([CallPromise.awaitersOf(promise), outcome]);
    return promise;
  }

  /** @returns {Promise<IteratorResult<unknown, unknown>>} */
  next() {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#countTaken();
      return this.settled({ value: { done: false, value } });
    }
    if (!this.#outcome) this.#settleCall?.();
    if (this.#outcome) return this.settled(this.#takeOutcome());
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
    for (const reader of this.#readers.splice(0)) reader.settle(this.#takeOutcome());
  }

  /**
   * Settles the promises of those who wait for the handler's end.
   * @param {Outcome} [failure] for the first of them
   */
  #settleLeavers(failure) {
    const leavers = this.#leavers ?? [];
    this.#leavers = undefined;
    for (const [awaiters, outcome] of leavers) {
      awaiters.settle(failure ?? outcome);
      failure = undefined;
    }
  }

  /** How the iteration has ended, for the first that asks; for later ones, that it has. */
  #takeOutcome() {
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
   * @returns {Promise<IteratorResult<unknown, unknown>>} rejects with what the handler's `finally` throws
   */
  return(value) {
    return this.#stream.leave({ value: { done: true, value } });
  }

  /**
   * Gives the call up.
   * @param {unknown} error
   * @returns {Promise<IteratorResult<unknown, unknown>>}
   */
  throw(error) {
    return this.#stream.leave({ error });
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  [ASYNC_DISPOSE]() {
    return this.#stream.leave({ value: undefined });
  }
}
