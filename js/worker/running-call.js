import { encodeError } from '../shared/error-codec.js';
import { STREAM_WINDOW } from '../shared/protocol.js';
import { postTransferring, tagOf } from '../shared/transferables.js';
import { CallContext } from './context.js';

/**
 * @typedef {import('../shared/protocol.js').CallMessage} CallMessage
 * @typedef {import('../shared/protocol.js').LastReply} LastReply
 * @typedef {Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>} AnyGenerator
 */

const GENERATORS = ['Generator', 'AsyncGenerator'];

/** One call on its way through its handler. */
export class RunningCall {
  #scope;
  #thread;
  #message;
  #ids;
  #context;
  /** How many more items the owner takes of a generator. */
  #credit = STREAM_WINDOW;
  /** Wakes a generator that waits for more. */
  #wake = () => {};

  /**
   * @param {import('./expose.js').WorkerScope} scope
   * @param {import('./thread.js').WorkerThread} thread
   * @param {CallMessage} message
   */
  constructor(scope, thread, message) {
    this.#scope = scope;
    this.#thread = thread;
    this.#message = message;
    this.#ids = { call: message.call, generation: message.generation };
    this.#context = new CallContext(scope, thread, message);
  }

  get generation() {
    return this.#message.generation;
  }

  /** Takes the call up. @returns {boolean} false if it was withdrawn, which is answered then */
  claim() {
    const { record, generation } = this.#message;
    if (this.#thread.claim(record, generation)) return true;
    this.#scope.post({ type: 'atelier:skipped', ...this.#ids });
    return false;
  }

  /**
   * Runs the handler and answers. Never rejects.
   * @param {object} handlers
   * @param {Function | undefined} handler
   * @param {string[]} methods the names of those that there are
   */
  async run(handlers, handler, methods) {
    const reply = handler
      ? await this.#outcome(handlers, handler)
      : /** @type {LastReply} */ ({ type: 'atelier:unknown-method', ...this.#ids, methods });
    this.#thread.finish(this.#message.record, this.#message.generation);
    CallContext.end(this.#context);
    try {
      this.#post(reply, reply.type === 'atelier:result' ? reply.value : undefined);
    } catch (error) {
      this.#scope.post(this.#failure(error));
    }
  }

  /**
   * Takes in that the caller has given up.
   * @param {unknown} encodedReason
   */
  cancel(encodedReason) {
    CallContext.cancel(this.#context, encodedReason);
    this.#wake();
  }

  /**
   * Takes in that the caller has taken items.
   * @param {number} count
   */
  pull(count) {
    this.#credit += count;
    this.#wake();
  }

  /**
   * @param {object} handlers
   * @param {Function} handler
   * @returns {Promise<LastReply>}
   */
  async #outcome(handlers, handler) {
    try {
      let value = handler.apply(handlers, [...this.#message.args, this.#context]);
      if (typeof value?.then === 'function') value = await value;
      if (isGenerator(value)) value = await this.#sendItems(value);
      return { type: 'atelier:result', ...this.#ids, value };
    } catch (error) {
      return this.#failure(error);
    }
  }

  /**
   * Runs a generator, as far ahead as its caller allows, until it ends or the caller gives up.
   * @param {AnyGenerator} generator
   * @returns {Promise<unknown>} what it returns
   */
  async #sendItems(generator) {
    this.#scope.post({ type: 'atelier:stream', ...this.#ids });
    let ended = false;
    try {
      for (;;) {
        if (this.#credit === 0 && !this.#context.aborted) {
          await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
          continue;
        }
        if (this.#context.aborted) return undefined;
        const { done, value } = await generator.next();
        const item = await value; // a synchronous generator may yield promises
        ended = done === true;
        if (ended) return item;
        this.#credit -= 1;
        this.#post({ type: 'atelier:item', ...this.#ids, value: item }, item);
      }
    } finally {
      if (!ended) await generator.return?.();
    }
  }

  /**
   * @param {object} reply
   * @param {unknown} value what of it is the handler's
   * @throws {DOMException} DataCloneError
   */
  #post(reply, value) {
    if (this.#message.transferResult) {
      postTransferring(value, (list) => this.#scope.post(reply, list));
    } else {
      this.#scope.post(reply);
    }
  }

  /**
   * @param {unknown} error
   * @returns {LastReply}
   */
  #failure(error) {
    return { type: 'atelier:error', ...this.#ids, error: encodeError(error) };
  }
}

/**
 * By its tag, which compiled ones have too.
 * @param {unknown} value
 * @returns {value is AnyGenerator}
 */
function isGenerator(value) {
  return typeof value === 'object' && value !== null && GENERATORS.includes(tagOf(value));
}
