import { decodeError } from '../shared/error-codec.js';

/**
 * A call of a callback that has no answer yet.
 * @typedef {object} Asked
 * @property {Promise<unknown>} promise
 * @property {(value: unknown) => void} resolve
 * @property {(error: unknown) => void} reject
 */

/** The callbacks in the arguments of one call, as its handler has them (runtime/calls/callbacks.js). */
export class Callbacks {
  #call;
  /** @type {Map<number, Asked>} */
  #asked = new Map();
  #count = 0;

  /**
   * Puts functions in the place of what stands for them.
   * @param {any[]} args
   * @param {import('./running-call.js').RunningCall} call
   */
  constructor(args, call) {
    this.#call = call;
    /** @type {Map<any, Function>} */
    const functions = new Map(
      args
        .pop()
        .map((/** @type {object} */ standIn, /** @type {number} */ callback) => [
          standIn,
          (/** @type {unknown[]} */ ...values) => this.#ask(callback, values),
        ])
    );
    const real = (/** @type {any} */ value) => functions.get(value) ?? value;
    for (const holder of [...args.pop(), args]) {
      const isMap = holder instanceof Map;
      if (isMap || holder instanceof Set) {
        const all = [...holder];
        holder.clear();
        for (const one of all) {
          if (isMap) holder.set(real(one[0]), real(one[1]));
          else holder.add(real(one));
        }
      } else for (const key of Object.keys(holder)) holder[key] = real(holder[key]);
    }
  }

  /**
   * Settles a call of a callback.
   * @param {import('../shared/protocol.js').Answer} answer
   */
  answer({ id, value, error }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error) asked?.reject(decodeError(error));
    else asked?.resolve(value);
  }

  /** Rejects what has no answer, when the call has ended or is cancelled. */
  end() {
    for (const { promise, reject } of this.#asked.values()) {
      promise.catch(() => {}); // nobody has to await a callback
      reject(new DOMException('The call of this callback has ended.', 'AbortError'));
    }
    this.#asked.clear();
  }

  /**
   * @param {number} callback
   * @param {unknown[]} args
   */
  #ask(callback, args) {
    const id = this.#count++;
    /** @type {any} */
    const asked = {};
    this.#asked.set(id, asked);
    asked.promise = new Promise((resolve, reject) => {
      Object.assign(asked, { resolve, reject });
      if (!this.#call.isOver) this.#call.callBack(callback, id, args);
    });
    if (this.#call.isOver) this.end();
    return asked.promise;
  }
}
