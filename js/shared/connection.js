/**
 * @file The runtime's channel between an owner and a worker. In browsers it shares the worker's own
 * channel with the user, and a key, which only the two sides know, tells its messages from all others
 * (docs/decisions/0018-a-channel-of-its-own.md).
 *
 * A value may be posted that the other side cannot read. The platform says that there was one, but
 * neither which nor whose: so messages have numbers, and a gap tells.
 */

/**
 * @typedef {object} Envelope
 * @property {number | undefined} key the channel's
 * @property {any} message
 * @property {number} number counts from 1
 */

/**
 * What is kept of a call's message until the other side has read it. Only values of the user's can be
 * unreadable, which these have.
 * @typedef {object} SentMessage
 * @property {'atelier:call' | 'atelier:cancel' | 'atelier:result' | 'atelier:error' |
 *   'atelier:progress' | 'atelier:item' | 'atelier:callback' | 'atelier:answer'} of its type
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
  /** @type {Map<number, SentMessage>} by their numbers */
  #sent = new Map();

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
    const { type, call, generation, id, startedMs, endedMs, error } = message;
    if (call === undefined) {
      this.#post({ key: this.#key, message, number: this.#posted + 1 }, transfer);
      this.#posted += 1;
      return;
    }
    const next = () => this.#posted + 1;
    // The number is read last: getters in the message may post others, which go before it.
    const envelope = { key: this.#key, message, get number() { return next(); } }; // prettier-ignore
    this.#post(envelope, transfer);
    this.#posted += 1;
    const [name, thrown] = error?.errors?.[0].own ?? [];
    const text = name && `${name[2][0]}: ${thrown[2][0]}`;
    this.#sent.set(this.#posted, { of: type, call, generation, id, startedMs, endedMs, text });
  }

  /**
   * Handles what has come on the channel.
   * @param {any} data
   * @returns {boolean} whether it is the runtime's
   */
  take(data) {
    if (data?.key !== this.#key) return false;
    const { message, number } = /** @type {Envelope} */ (data);
    for (let missed = this.#received + 1; missed < number; missed++) {
      this.#listeners.missed();
      this.post({ type: 'atelier:unread', number: missed });
    }
    this.#received = number;
    if (number % READ_TOGETHER === 0) this.#tellRead();
    if (message.type === 'atelier:read') this.#forget(message.count);
    else if (message.type === 'atelier:unread')
      this.#listeners.unread(this.#sent.get(message.number));
    else if (message.type === 'atelier:check') this.#tellRead();
    this.#listeners.receive(message);
    return true;
  }

  /** Handles a message that could not be read. If it was the runtime's, the answer's number tells. */
  check() {
    this.post({ type: 'atelier:check' });
  }

  #tellRead() {
    this.post({ type: 'atelier:read', count: this.#received });
  }

  /** @param {number} count so many have arrived */
  #forget(count) {
    for (const number of this.#sent.keys()) {
      if (number > count) break;
      this.#sent.delete(number);
    }
  }
}
