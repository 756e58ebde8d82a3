import { decodeError } from '../shared/error-codec.js';

/**
 * What callbacks need of their call.
 * @typedef {object} CallOfCallbacks
 * @property {() => boolean} isOver
 * @property {(message: { type: 'atelier:callback', callback: number, id: number, args: unknown[] })
 *   => void} post throws a DataCloneError
 */

/** The callbacks in the arguments of one call, as its handler has them (runtime/callbacks.js). */
export class Callbacks {
  #call;
  /** @type {Map<number, PromiseWithResolvers<unknown>>} what the owner has not answered yet */
  #asked = new Map();
  #count = 0;

  /**
   * Puts functions in the place of what stands for them.
   * @param {any[]} args
   * @param {CallOfCallbacks} call
   */
  constructor(args, call) {
    this.#call = call;
    /** @type {object[]} */
    const standIns = args.pop();
    /** @type {any[]} */
    const holders = args.pop();
    /** @type {Map<any, Function>} */
    const functions = new Map(
      standIns.map((standIn, callback) => [
        standIn,
        (/** @type {unknown[]} */ ...values) => this.#ask(callback, values),
      ])
    );
    const real = (/** @type {any} */ value) => functions.get(value) ?? value;
    for (const holder of [args, ...holders]) {
      if (holder instanceof Map) {
        const entries = [...holder];
        holder.clear();
        for (const [key, value] of entries) holder.set(real(key), real(value));
      } else if (holder instanceof Set) {
        const values = [...holder];
        holder.clear();
        for (const value of values) holder.add(real(value));
      } else {
        for (const key of Object.keys(holder)) holder[key] = real(holder[key]);
      }
    }
  }

  /**
   * Takes in what a callback has returned or thrown.
   * @param {import('../shared/protocol.js').Answer} answer
   */
  answer({ id, value, error }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(decodeError(error));
    else asked?.resolve(value);
  }

  /** Takes in that the call has ended or is cancelled. */
  end() {
    for (const asked of this.#asked.values()) abort(asked);
    this.#asked.clear();
  }

  /**
   * @param {number} callback
   * @param {unknown[]} args
   * @returns {Promise<unknown>}
   */
  #ask(callback, args) {
    const asked = defer();
    if (this.#call.isOver()) abort(asked);
    else {
      const id = this.#count++;
      this.#asked.set(id, asked);
      try {
        this.#call.post({ type: 'atelier:callback', callback, id, args });
      } catch (error) {
        this.#asked.delete(id);
        asked.reject(error);
      }
    }
    return asked.promise;
  }
}

/** @returns {PromiseWithResolvers<unknown>} */
function defer() {
  /** @type {any} */
  const deferred = {};
  deferred.promise = new Promise((resolve, reject) => Object.assign(deferred, { resolve, reject }));
  return deferred;
}

/**
 * Nobody has to await a callback: this alone is no unhandled rejection.
 * @param {PromiseWithResolvers<unknown>} asked
 */
function abort({ promise, reject }) {
  promise.catch(() => {});
  reject(new DOMException('The call of this callback has ended.', 'AbortError'));
}
