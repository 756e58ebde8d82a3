import { Field, ID_WORDS, RECORD_BYTES } from '../shared/call-record.js';
import { decodeError } from '../shared/error-codec.js';
import { spanIdAt, traceIdAt } from '../shared/ids.js';

/**
 * What a handler knows of its call; its last argument.
 * @implements {TaskContext}
 */
export class CallContext {
  /** @type {import('./thread.js').CallThread} */
  #thread;
  /** @type {import('./thread.js').TakenCall} */
  #message;
  /** @type {AbortController | undefined} */
  #controller;
  /** @type {{ reason: unknown } | undefined} */
  #cancel;
  #ended = false;
  #call;
  /** @type {number[] | undefined} the words of the span's id and of the trace's, if there are any */
  #ids;

  /**
   * @param {import('./thread.js').CallThread} thread
   * @param {import('./thread.js').TakenCall} message
   * @param {{ report: (value: unknown) => void }} call takes what the handler reports of its progress
   */
  constructor(thread, message, call) {
    this.#thread = thread;
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
    if (this.#cancel) throw this.#cancel.reason;
    if (this.aborted) throw new DOMException('The call was aborted.', 'AbortError');
  }

  /** @param {unknown} value */
  progress(value) {
    if (this.#ended) return;
    this.#call.report(value);
  }

  /**
   * Takes in that the caller has given up.
   * @param {CallContext} context
   * @param {import('../shared/error-codec.js').EncodedError} encodedReason
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

  /** @param {CallContext} context */
  static hasEnded(context) {
    return context.#ended;
  }
}

/** @typedef {import('../types.js').TaskContext} TaskContext */
