import { Finish, Reply } from '../shared/call-record.js';
import { refused } from '../shared/clone-error.js';
import { decodeError, encodeError } from '../shared/error-codec.js';
import { STREAM_WINDOW } from '../shared/protocol.js';
import { isPrimitive, postTransferring, tagOf } from '../shared/transferables.js';
import { encode } from '../shared/encode-values.js';
import { Callbacks } from './callbacks.js';
import { CallContext } from './context.js';
import { contextualHandlerOf } from './with-context.js';

/**
 * @typedef {import('./thread.js').ClaimedCall} ClaimedCall
 * @typedef {Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>} AnyGenerator
 */

/** @type {never[]} */
const NOTHING = [];

const nothing = () => {};

const GENERATORS = ['Generator', 'AsyncGenerator'];

/** One call that is running: its handler, its context, its items and its reply. */
export class RunningCall {
  #owner;
  #thread;
  #message;
  /** @type {CallContext | undefined} if the handler asks for one */
  #context;
  /** @type {Callbacks | undefined} if there are any in its arguments */
  #callbacks;
  /** Once the caller has given up. @type {{ reason: unknown } | undefined} */
  cancellation;
  /** Whether it has finished: its shared record is not ours to read any more. */
  #ended = false;
  /** How many more items the owner takes of a generator. */
  #credit = STREAM_WINDOW;
  /** Whether a message of this call has been posted: its last reply has to come after that. */
  #posted = false;
  /** Whether a generator is between two items. */
  #isAtItem = false;
  /** Wakes a generator that waits for more. */
  #wake = nothing;

  /**
   * @param {import('./serve.js').OwnerConnection} owner
   * @param {import('./thread.js').CallThread} thread
   * @param {ClaimedCall} message that has been claimed
   */
  constructor(owner, thread, message) {
    this.#owner = owner;
    this.#thread = thread;
    this.#message = message;
  }

  get generation() {
    return this.#message.generation;
  }

  /** Whether the caller has given up. */
  get aborted() {
    if (this.cancellation) return true;
    if (this.#ended) return false;
    return this.#thread.canceled(this.#message.record, this.#message.generation);
  }

  /** Whether it has finished, or its caller has given up. */
  get isOver() {
    return this.#ended || this.aborted;
  }

  /** How its messages name it. */
  get #ids() {
    return { call: this.#message.call, generation: this.#message.generation };
  }

  /** How its last reply does. */
  get #lastIds() {
    return { ...this.#ids, ...this.#message.times };
  }

  /**
   * Runs the handler and replies.
   * @param {object} handlers
   * @param {Function | undefined} handler
   * @param {string[]} methods the names of those that there are
   * @returns {Promise<void> | undefined} that never rejects; undefined if the call has finished already
   */
  run(handlers, handler, methods) {
    if (!handler) {
      this.#release();
      this.#post({ type: 'unknown-method', ...this.#lastIds, methods });
      return undefined;
    }
    try {
      const value = this.#call(handlers, handler);
      if (typeof value?.then === 'function' || isGenerator(value)) return this.#finish(value);
      this.#succeed(value);
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  /**
   * @param {object} handlers
   * @param {Function} handler
   */
  #call(handlers, handler) {
    const { args, callbacks, unread } = this.#message;
    if (unread) throw unread.error;
    if (callbacks) this.#callbacks = new Callbacks(args, this);
    const contextual = contextualHandlerOf(handler);
    if (!contextual) return handler.apply(handlers, args);
    this.#context = new CallContext(this.#thread, this.#message, this);
    return contextual.apply(handlers, [this.#context, ...args]);
  }

  /**
   * Tells the caller how far it has come.
   * @param {unknown} value
   * @throws {DOMException} DataCloneError
   */
  report(value) {
    if (this.#ended) return;
    this.#refuse('A progress value', () => this.#post({ type: 'progress', ...this.#ids, value }));
  }

  /**
   * Has the owner call one of the callbacks in its arguments.
   * @param {number} callback
   * @param {number} id of this call of it
   * @param {unknown[]} args
   * @throws {DOMException} DataCloneError
   */
  callBack(callback, id, args) {
    this.#refuse('An argument of a callback', () =>
      this.#post({ type: 'callback', ...this.#ids, callback, id, args })
    );
  }

  /**
   * Is called when the caller has given up.
   * @param {import('../shared/error-codec.js').EncodedError} encodedReason
   */
  cancel(encodedReason) {
    this.cancellation = { reason: decodeError(encodedReason) };
    this.#callbacks?.end();
    const isTold = this.#context !== undefined && CallContext.tell(this.#context);
    if (this.#isAtItem && !isTold) this.#post({ type: 'goes-on', ...this.#ids });
    this.#wake();
  }

  /**
   * Is called when a callback has settled.
   * @param {import('../shared/protocol.js').Answer} answer
   */
  answer(answer) {
    this.#callbacks?.answer(answer);
  }

  /**
   * Is called when the caller has taken items.
   * @param {number} count
   */
  pull(count) {
    this.#credit += count;
    this.#wake();
  }

  /** @param {any} pending a promise or a generator */
  async #finish(pending) {
    try {
      let value = await pending;
      if (isGenerator(value)) value = await this.#sendItems(value);
      this.#succeed(value);
    } catch (error) {
      this.#fail(error);
    }
  }

  /**
   * Runs a generator, as far ahead as its caller allows, until it ends or the caller gives up.
   * @param {AnyGenerator} generator
   * @returns {Promise<unknown>} what it returns
   */
  async #sendItems(generator) {
    this.#post({ type: 'stream', ...this.#ids });
    let ended = false;
    try {
      for (;;) {
        if (this.#credit === 0 && !this.aborted) {
          await new Promise((resolve) => (this.#wake = () => resolve(undefined)));
          continue;
        }
        if (this.aborted) return undefined;
        this.#isAtItem = true;
        const { done, value } = await generator.next();
        const item = await value; // a synchronous generator may yield promises
        this.#isAtItem = false;
        ended = done === true;
        if (ended || this.aborted) return item;
        this.#credit -= 1;
        const message = { type: 'item', ...this.#ids, value: item };
        this.#refuse('An item', () => this.#postValue(message));
      }
    } finally {
      if (!ended) await generator.return?.();
    }
  }

  /**
   * @param {unknown} value
   * @throws {DOMException} DataCloneError, and there is no reply yet
   */
  #succeed(value) {
    this.#refuse('The result', () => {
      if (this.#share(Reply.result, value)) return;
      this.#release();
      this.#postValue({ type: 'result', ...this.#lastIds, value });
    });
  }

  /**
   * Replies, whatever was thrown.
   * @param {unknown} thrown
   */
  #fail(thrown) {
    try {
      this.#postError(encodeError(thrown));
    } catch (failure) {
      this.#postError(encodeError(new Error(`The thrown value cannot be told: ${failure}`)));
    }
  }

  /** @param {import('../shared/error-codec.js').EncodedError} error */
  #postError(error) {
    if (this.#share(Reply.error, error)) return;
    // Otherwise it is of an item that nobody has asked for.
    const aborted = this.aborted && (!this.#isAtItem || this.#context !== undefined);
    this.#release();
    this.#post({ type: 'error', ...this.#lastIds, error, aborted });
  }

  /**
   * Replies through shared memory, if that can have the value.
   * @param {number} reply
   * @param {unknown} value
   * @returns {boolean} whether that was possible
   */
  #share(reply, value) {
    if (this.#posted || this.#ended) return false;
    const { heap, scratch } = this.#thread;
    if (!heap) return false;
    let from = scratch;
    const clonesBuffers = reply === Reply.result && !this.#message.transferResult;
    const bytes = encode(heap, scratch, value, NOTHING, clonesBuffers, (needed) => {
      from = this.#thread.roomFor(this.#message, needed);
      return from;
    });
    if (bytes < 0) return false;
    const finished = this.#thread.finish(this.#message, reply, from, bytes);
    if (finished === Finish.tooLarge) return false;
    this.#end();
    return true;
  }

  /** Releases the call; a message with the reply follows. */
  #release() {
    if (this.#ended) return; // it is released, but the reply could not be posted
    this.#thread.finish(this.#message, Reply.message, 0, 0);
    this.#end();
  }

  #end() {
    this.#ended = true;
    this.#callbacks?.end();
  }

  /**
   * @param {import('../shared/protocol.js').Reply} message
   */
  #post(message) {
    this.#posted = true;
    this.#owner.post(message);
  }

  /**
   * @param {{ type: string, value: unknown }} message whose value is the handler's
   * @throws {DOMException} DataCloneError
   */
  #postValue(message) {
    this.#posted = true;
    if (this.#message.transferResult && !isPrimitive(message.value)) {
      postTransferring(message.value, (list) => this.#owner.post(message, list));
    } else {
      this.#owner.post(message);
    }
  }

  /**
   * Names what cannot be cloned.
   * @param {string} what
   * @param {() => void} post
   */
  #refuse(what, post) {
    try {
      post();
    } catch (error) {
      throw refused(error, () => `${what} of ${this.#message.method}()`);
    }
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
