/**
 * The keys of a runtime's calls, and what has been aborted by them.
 *
 * `abort(key)` cancels the calls that are under way with this key, and those alone: the next call
 * with it, or the next `signalFor` it, starts the key afresh. `isAborted` tells of the time between.
 * @implements {AbortTaskController}
 */
export class AbortKeys {
  /** @type {Map<string, { controller: AbortController, calls: number, handedOut: boolean }>} */
  #keys = new Map();

  /** So that Vue leaves it as it is: behind a Proxy there would be no private members. */
  get [Symbol.toStringTag]() {
    return 'AbortTaskController';
  }

  /**
   * The signal that `abort(key)` fires next.
   * @param {string} key
   * @returns {AbortSignal}
   */
  signalFor(key) {
    const entry = this.#fresh(key);
    entry.handedOut = true;
    return entry.controller.signal;
  }

  /**
   * The signal for one more call with this key; `leave` has to follow.
   * @param {string} key
   * @returns {{ signal: AbortSignal, leave: () => void }}
   */
  join(key) {
    const entry = this.#fresh(key);
    entry.calls += 1;
    const leave = () => {
      entry.calls -= 1;
      const unused = entry.calls === 0 && !entry.handedOut && !entry.controller.signal.aborted;
      if (unused && this.#keys.get(key) === entry) this.#keys.delete(key);
    };
    return { signal: entry.controller.signal, leave };
  }

  /**
   * Cancels the calls under way with this key.
   * @param {string} key
   * @param {unknown} [reason] default: an AbortError
   */
  abort(key, reason) {
    const entry = this.#keys.get(key) ?? this.#fresh(key);
    entry.controller.abort(reason);
  }

  /**
   * @param {Iterable<string>} keys
   * @param {unknown} [reason]
   */
  abortMany(keys, reason) {
    for (const key of [...keys]) this.abort(key, reason);
  }

  /** @param {string} key */
  isAborted(key) {
    return this.#keys.get(key)?.controller.signal.aborted === true;
  }

  /**
   * Forgets a key: it is fresh, and nothing that is under way with it is cancelled by it any more.
   * @param {string} key
   */
  clear(key) {
    this.#keys.delete(key);
  }

  /** Forgets all keys. */
  clearAll() {
    this.#keys.clear();
  }

  /** @param {string} key */
  #fresh(key) {
    let entry = this.#keys.get(key);
    if (!entry || entry.controller.signal.aborted) {
      entry = { controller: new AbortController(), calls: 0, handedOut: false };
      this.#keys.set(key, entry);
    }
    return entry;
  }
}

/** @typedef {import('../../types.js').AbortTaskController} AbortTaskController */
