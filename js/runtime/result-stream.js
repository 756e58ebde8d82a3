import { STREAM_WINDOW } from '../shared/protocol.js';

/**
 * @typedef {object} StreamSource what a stream needs of the call that it comes from
 * @property {(count: number) => void} pull lets the worker send so many more items
 * @property {() => void} stop gives the call up
 * @typedef {{ value: unknown } | { error: unknown }} Ending
 * @typedef {object} Taker a caller's `next()` that waits for an item
 * @property {import('./trace.js').TraceHandle | undefined} trace the trace that it was called in
 * @property {(result: IteratorResult<unknown, unknown>) => void} resolve
 * @property {(error: unknown) => void} reject
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
  /** @type {Taker[]} not empty only while there are no items */
  #takers = [];
  /** @type {(() => void) | undefined} settles the call; set when the worker is done with it */
  #settleCall;
  /** @type {Ending | undefined} what follows the items; set when the call has settled */
  #ending;

  /**
   * @param {StreamSource} source
   * @param {import('./trace.js').Traces} traces
   */
  constructor(source, traces) {
    this.#source = source;
    this.#traces = traces;
  }

  /** Whether the worker is done with the call, and the caller is not. */
  get complete() {
    return this.#settleCall !== undefined;
  }

  /**
   * Takes in an item, first thing in a macrotask.
   * @param {unknown} value
   */
  push(value) {
    const taker = this.#takers.shift();
    if (!taker) {
      this.#items.push(value);
      return;
    }
    this.#countTaken();
    this.#traces.context.handOver(taker.trace, () => taker.resolve({ done: false, value }));
  }

  /**
   * Takes in, first thing in a macrotask, that the worker is done with the call. It settles when
   * the caller has taken all items.
   * @param {() => void} settleCall
   */
  close(settleCall) {
    this.#settleCall = settleCall;
    if (this.#items.length === 0) this.settleCall();
  }

  /** Settles a call that the worker is done with. The caller still gets all items. */
  settleCall() {
    const settleCall = this.#settleCall;
    this.#settleCall = undefined;
    settleCall?.();
  }

  /**
   * Ends the iteration, after the items that there are, first thing in a macrotask or from `next`.
   * @param {Ending} ending
   */
  end(ending) {
    this.#ending ??= ending;
    for (const taker of this.#takers.splice(0)) {
      this.#traces.context.handOver(taker.trace, () => this.#answer(taker));
    }
  }

  /**
   * Ends the iteration at once, from anywhere.
   * @param {Ending} ending
   */
  cut(ending) {
    if (this.#ending) return;
    this.#ending = ending;
    this.#items = [];
    for (const taker of this.#takers.splice(0)) {
      this.#traces.handOverLater(taker.trace, () => this.#answer(taker));
    }
  }

  /** Gives the call up: the caller wants no more of it. */
  stop() {
    if (this.#ending) return;
    this.cut({ value: undefined });
    this.#source.stop();
  }

  /** @returns {Promise<IteratorResult<unknown, unknown>>} */
  next() {
    return new Promise((resolve, reject) => {
      if (this.#items.length > 0) {
        resolve({ done: false, value: this.#items.shift() });
        this.#countTaken();
        return;
      }
      this.settleCall();
      const taker = { trace: this.#traces.context.active, resolve, reject };
      if (this.#ending) this.#answer(taker);
      else this.#takers.push(taker);
    });
  }

  #countTaken() {
    if (++this.#takenUntold < PULL_AFTER || this.complete || this.#ending) return;
    this.#source.pull(this.#takenUntold);
    this.#takenUntold = 0;
  }

  /**
   * Tells how the iteration has ended; to the first that asks, and to later ones that it has.
   * @param {Taker} taker
   */
  #answer({ resolve, reject }) {
    const ending = this.#ending ?? { value: undefined };
    this.#ending = { value: undefined };
    if ('error' in ending) reject(ending.error);
    else resolve({ done: true, value: ending.value });
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
  async return(value) {
    this.#stream.stop();
    return { done: true, value };
  }

  /**
   * Gives the call up.
   * @param {unknown} error
   * @returns {Promise<IteratorResult<unknown, unknown>>}
   */
  async throw(error) {
    this.#stream.stop();
    throw error;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  async [ASYNC_DISPOSE]() {
    this.#stream.stop();
  }
}

/**
 * Lets `for await` take a call's promise itself, without an `await` before it.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T> & AsyncIterable<any>}
 */
export function makeIterable(promise) {
  const iterable = /** @type {any} */ (promise);
  iterable[Symbol.asyncIterator] = iterateResult;
  return iterable;
}

/** @this {Promise<any>} */
async function* iterateResult() {
  return yield* await this;
}
