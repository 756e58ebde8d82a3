/**
 * @file The runtime's channel between an owner and a worker. In browsers it shares the worker's own
 * channel with the user, and a key, which only the two sides know, tells its messages from all others
 * (docs/decisions/0018-a-channel-of-its-own.md).
 *
 * A value may be posted that the other side cannot read. The platform says that there was one, but
 * neither which nor whose: so messages have numbers, and a gap tells.
 */

/**
 * An array: an object takes twice as long to clone. `key` is the channel's, `number` counts from 1.
 * @typedef {[key: number | undefined, message: any, number: number]} Envelope
 */

/**
 * What is kept of a message until the other side has read it. Only a message of a call can be unreadable:
 * no other has the user's values.
 * @typedef {object} SentMessage
 * @property {'call' | 'cancel' | 'result' | 'error' |
 *   'progress' | 'item' | 'callback' | 'answer'} of its type
 * @property {number} call
 * @property {number} generation
 * @property {number} [id] of a callback's call
 * @property {number} [startedMs]
 * @property {number} [endedMs]
 * @property {string} [text] what a thrown error says
 */

/**
 * @typedef {object} ConnectionListeners
 * @property {(message: any) => void} receive
 * @property {() => void} missed the next message could not be read; called before any behind it
 * @property {(message: SentMessage | undefined) => void} unread the other side could not read this one
 */

/** After so many messages the other side says that it has read them. */
const READ_TOGETHER = 256;

/** One side of the channel. */
export class Connection {
  #key;
  #post;
  #listeners;
  #posted = 0;
  #received = 0;
  /** The envelope that is being cloned. Its number is read last. @type {Envelope | undefined} */
  #cloned;
  /** The last ones, which the other side may not have read. @type {SentMessage[]} */
  #sent = [];

  /**
   * @param {number | undefined} key of the channel; none if it carries nothing else
   * @param {(envelope: Envelope, transfer?: Transferable[]) => void} post
   * @param {ConnectionListeners} listeners
   */
  constructor(key, post, listeners) {
    this.#key = key;
    this.#post = post;
    this.#listeners = listeners;
  }

  /**
   * @param {any} message
   * @param {Transferable[]} [transfer]
   * @throws {DOMException} DataCloneError
   */
  post(message, transfer) {
    const outer = this.#cloned;
    this.#cloned = [this.#key, message, this.#posted + 1];
    try {
      this.#post(this.#cloned, transfer);
    } finally {
      this.#cloned = outer;
    }
    this.#posted += 1;
    // Getters of the outer message have posted this one, which goes before it.
    if (outer) outer[2] = this.#posted + 1;
    const { type, call, generation, id, startedMs, endedMs, error } = message;
    const [name, thrown] = error?.errors?.[0].own ?? [];
    const text = name && `${name[2][0]}: ${thrown[2][0]}`;
    this.#sent.push({ of: type, call, generation, id, startedMs, endedMs, text });
  }

  /**
   * Handles what has come on the channel.
   * @param {any} data
   * @returns {boolean} whether it is the runtime's
   */
  take(data) {
    if (data?.[0] !== this.#key) return false;
    const [, message, number] = /** @type {Envelope} */ (data);
    for (let missed = this.#received + 1; missed < number; missed++) {
      this.#listeners.missed();
      this.post({ type: 'unread', number: missed });
    }
    this.#received = number;
    if (number % READ_TOGETHER === 0) this.#tellRead();
    if (message.type === 'read')
      this.#sent.splice(0, this.#sent.length - this.#posted + message.count);
    else if (message.type === 'unread')
      this.#listeners.unread(this.#sent.at(message.number - this.#posted - 1));
    else if (message.type === 'check') this.#tellRead();
    this.#listeners.receive(message);
    return true;
  }

  /** Handles a message that could not be read. If it was the runtime's, the answer's number tells. */
  check() {
    this.post({ type: 'check' });
  }

  #tellRead() {
    this.post({ type: 'read', count: this.#received });
  }
}
