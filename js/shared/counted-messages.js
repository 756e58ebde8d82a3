/**
 * @file Which message could not be read. A value may be posted that the other side cannot read: the
 * platform says that there was one, but not which. So both sides count: the n-th message to arrive is
 * the n-th that was posted.
 */

/**
 * What is kept of a message with a value of the user's, until the other side has read it.
 * @typedef {object} SentMessage
 * @property {'atelier:call' | 'atelier:cancel' | 'atelier:result' | 'atelier:error' |
 *   'atelier:progress' | 'atelier:item'} of its type
 * @property {number} call
 * @property {number} generation
 * @property {number} [startedMs]
 * @property {number} [endedMs]
 * @property {string} [text] what a thrown error says
 */

/** After so many messages the other side says that it has read them. */
const READ_TOGETHER = 256;

const WITH_VALUES = [
  ...['atelier:call', 'atelier:cancel', 'atelier:result'],
  ...['atelier:error', 'atelier:progress', 'atelier:item'],
];

/** What one side has posted. */
export class SentMessages {
  #count = 0;
  /** @type {Map<number, SentMessage>} by their numbers */
  #unread = new Map();

  /** @param {any} message that has been posted */
  add({ type, call, generation, startedMs, endedMs, error }) {
    this.#count += 1;
    if (!WITH_VALUES.includes(type)) return;
    const [name, message] = error?.errors?.[0].own ?? [];
    const text = name && `${name[2][0]}: ${message[2][0]}`;
    this.#unread.set(this.#count, { of: type, call, generation, startedMs, endedMs, text });
  }

  /**
   * @param {number} number of a message that could not be read
   * @returns {SentMessage | undefined} undefined if it had no value of the user's
   */
  get(number) {
    return this.#unread.get(number);
  }

  /** @param {number} count so many have arrived */
  forget(count) {
    for (const number of this.#unread.keys()) {
      if (number > count) break;
      this.#unread.delete(number);
    }
  }
}

/** What has arrived of what the other side has posted. */
export class ReceivedMessages {
  #count = 0;
  #post;

  /** @param {(message: import('./protocol.js').Read | import('./protocol.js').Unread) => void} post */
  constructor(post) {
    this.#post = post;
  }

  /** Counts a message that could be read. */
  add() {
    this.#count += 1;
    if (this.#count % READ_TOGETHER === 0) this.#post({ type: 'atelier:read', count: this.#count });
  }

  /** Counts one that could not, and asks the other side what it was. */
  addUnread() {
    this.#count += 1;
    this.#post({ type: 'atelier:unread', number: this.#count });
  }
}
