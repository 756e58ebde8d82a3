import { Field, ID_WORDS, RECORD_BYTES } from '../shared/call-record.js';
import { spanIdAt, traceIdAt } from '../shared/ids.js';

/**
 * What a context asks its call.
 * @typedef {object} CallOfContext
 * @property {boolean} aborted
 * @property {{ reason: unknown } | undefined} cancellation once the caller's word has come
 * @property {(value: unknown) => void} report takes what the handler reports of its progress
 */

/**
 * What a handler that asks for it knows of its call.
 * @implements {TaskContext}
 */
export class CallContext {
  /** @type {import('./thread.js').ClaimedCall} */
  #message;
  /** @type {AbortController | undefined} */
  #controller;
  /** @type {CallOfContext} */
  #call;
  /** @type {number[] | undefined} the words of the span's id and of the trace's, if there are any */
  #ids;

  /**
   * @param {import('./thread.js').CallThread} thread
   * @param {import('./thread.js').ClaimedCall} message
   * @param {CallOfContext} call
   */
  constructor(thread, message, call) {
    this.#message = message;
    this.#call = call;
    /** @type {string | undefined} */
    this.key = message.key;
    const { ids, record } = message;
    const words = ids ?? thread.heap?.upTo(record + RECORD_BYTES).words ?? [];
    const at = ids ? 0 : record >>> 2;
    for (let word = 0; word < ID_WORDS; word++) {
      if (words[at + word]) (this.#ids ??= [0, 0, 0, 0, 0, 0])[word] = words[at + word];
    }
  }

  // Made when they are asked for: most handlers do not, and each takes longer than a small call.
  get callId() {
    return `${this.#message.call}.${this.#message.generation}`;
  }

  get spanId() {
    return this.#ids && spanIdAt(this.#ids, Field.spanId);
  }

  get traceId() {
    return this.#ids && traceIdAt(this.#ids, Field.traceId);
  }

  get signal() {
    if (!this.#controller) {
      this.#controller = new AbortController();
      CallContext.tell(this);
    }
    return this.#controller.signal;
  }

  get aborted() {
    return this.#call.aborted;
  }

  throwIfAborted() {
    const { cancellation, aborted } = this.#call;
    if (cancellation) throw cancellation.reason;
    if (aborted) throw new DOMException('The call was aborted.', 'AbortError');
  }

  /** @param {unknown} value */
  progress(value) {
    this.#call.report(value);
  }

  /**
   * Fires the signal, if there is one and the caller has given up.
   * @param {CallContext} context
   * @returns {boolean} whether there is one
   */
  static tell(context) {
    const { cancellation } = context.#call;
    if (cancellation) context.#controller?.abort(cancellation.reason);
    return context.#controller !== undefined;
  }
}

/** @typedef {import('../types.js').TaskContext} TaskContext */
