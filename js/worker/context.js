import { decodeError } from '../shared/error-codec.js';

/**
 * What a handler knows of its call; its last argument.
 * @implements {TaskContext}
 */
export class CallContext {
  /** @type {import('./thread.js').WorkerThread} */
  #thread;
  /** @type {import('../shared/protocol.js').CallMessage} */
  #message;
  /** @type {AbortController | undefined} */
  #controller;
  /** @type {{ reason: unknown } | undefined} */
  #cancel;
  #ended = false;
  /** @type {import('./expose.js').WorkerScope} */
  #scope;

  /**
   * @param {import('./expose.js').WorkerScope} scope
   * @param {import('./thread.js').WorkerThread} thread
   * @param {import('../shared/protocol.js').CallMessage} message
   */
  constructor(scope, thread, message) {
    this.#scope = scope;
    this.#thread = thread;
    this.#message = message;
    /** @type {string | undefined} */
    this.key = message.key;
    this.callId = `${message.call}.${message.generation}`;
    /** @type {string | undefined} */
    this.spanId = thread.spanId(message.record);
    /** @type {string | undefined} */
    this.traceId = thread.traceId(message.record);
  }

  get signal() {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#cancel) this.#controller.abort(this.#cancel.reason);
    }
    return this.#controller.signal;
  }

  get aborted() {
    if (this.#cancel) return true;
    if (this.#ended) return false;
    return this.#thread.canceled(this.#message.record, this.#message.generation);
  }

  throwIfAborted() {
    if (!this.aborted) return;
    throw this.#cancel?.reason ?? new DOMException('The call was aborted.', 'AbortError');
  }

  /** @param {unknown} value */
  progress(value) {
    if (this.#ended) return;
    const { call, generation } = this.#message;
    this.#scope.post({ type: 'atelier:progress', call, generation, value });
  }

  /**
   * Takes in that the caller has given up.
   * @param {CallContext} context
   * @param {unknown} encodedReason
   */
  static cancel(context, encodedReason) {
    context.#cancel = { reason: decodeError(encodedReason) };
    context.#controller?.abort(context.#cancel.reason);
  }

  /**
   * Takes in that the call is over: its shared record is not ours to read any more.
   * @param {CallContext} context
   */
  static end(context) {
    context.#ended = true;
  }
}

/** @typedef {import('../types.js').TaskContext} TaskContext */
