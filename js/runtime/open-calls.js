/**
 * What JavaScript keeps of a call until it settles: the core has the rest.
 * @typedef {object} OpenCall
 * @property {string} method
 * @property {string | undefined} key
 * @property {import('./arguments.js').Arguments | undefined} args until they are on their way, or,
 *   if the call may have to run again, until it settles
 * @property {boolean} captured whether `args` are a copy
 * @property {boolean} transferResult
 * @property {((value: any) => void) | undefined} onProgress
 * @property {import('./trace.js').TraceHandle | undefined} trace
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {() => void} unwatch ends what watches for its cancellation
 */

/** The calls of one task whose callers have no answer yet, by their index in the core. */
export class OpenCalls {
  #parts;
  /** @type {Map<number, OpenCall>} */
  #calls = new Map();
  /** @type {(() => void)[]} */
  #drained = [];

  /** @param {Pick<import('./runtime.js').RuntimeParts, 'context' | 'traces'>} parts */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @returns {number[]} */
  get indices() {
    return [...this.#calls.keys()];
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   */
  add(index, call) {
    this.#calls.set(index, call);
  }

  /** @param {number} index */
  get(index) {
    return this.#calls.get(index);
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   */
  has(index, call) {
    return this.#calls.get(index) === call;
  }

  /**
   * Settles a call from a worker's message, which is a macrotask of its own.
   * @param {number} index
   * @param {(call: OpenCall) => void} settle
   */
  answer(index, settle) {
    const call = this.#remove(index);
    if (call) this.#parts.context.handOver(call.trace, () => settle(call));
  }

  /**
   * Rejects a call from code that may settle more than one.
   * @param {number} index
   * @param {unknown} error
   */
  reject(index, error) {
    const call = this.#remove(index);
    if (!call) return;
    if (this.#parts.traces.anyOpen) {
      this.#parts.context.handOverLater(call.trace, () => call.reject(error));
    } else {
      call.reject(error);
    }
  }

  /** @returns {Promise<void>} resolves when there is none */
  empty() {
    return new Promise((resolve) => {
      if (this.#calls.size === 0) resolve();
      else this.#drained.push(resolve);
    });
  }

  /**
   * @param {number} index
   * @returns {OpenCall | undefined} undefined if its caller was answered before
   */
  #remove(index) {
    const call = this.#calls.get(index);
    if (!call) return undefined;
    this.#calls.delete(index);
    call.unwatch();
    if (this.#calls.size === 0) for (const resolve of this.#drained.splice(0)) resolve();
    return call;
  }
}
