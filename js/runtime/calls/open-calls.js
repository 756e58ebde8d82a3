/**
 * @typedef {object} Method
 * @property {string} name
 * @property {number} address where workers find the name
 * @property {boolean} isShared whether they do: it may be too long
 */

/**
 * What JavaScript keeps of a call until it settles: the core has the rest.
 * @typedef {object} OpenCall
 * @property {Method} method
 * @property {string | undefined} key
 * @property {import('./arguments.js').Arguments | undefined} args until they are on their way, or,
 *   if the call may have to run again, until it settles
 * @property {(((...args: any[]) => unknown) | undefined)[] | undefined} callbacks the functions in its
 *   arguments that the handler may call; objects stand for them in `args`
 * @property {boolean} shared whether they are in shared memory instead
 * @property {boolean} captured whether `args` are a copy
 * @property {boolean} isBeingPosted to its worker: the arguments' getters may do anything meanwhile
 * @property {(() => void) | undefined} afterPosting what is to be done then
 * @property {boolean} transferResult
 * @property {((value: any) => void) | undefined} onProgress
 * @property {import('../traces/trace.js').TraceHandle | undefined} trace in reach as long as the call is open
 * @property {import('./awaiters.js').Awaiters} awaiters the caller
 * @property {OpenCalls} owner those of its task
 * @property {(() => void) | undefined} unwatch ends what watches for its cancellation
 * @property {import('./result-stream.js').ResultStream | undefined} stream what the caller has been given, if
 *   the handler is a generator
 */

/** The calls of one task whose callers have no answer yet, by their index in the core. */
export class OpenCalls {
  #services;
  /** Those of all tasks: indices are few, and used again. */
  #calls;
  #size = 0;
  /** @type {(() => void)[]} */
  #drained = [];

  /** @param {Pick<import('../runtime.js').RuntimeServices, 'platform' | 'traces' | 'openCalls'>} services */
  constructor(services) {
    this.#services = services;
    this.#calls = services.openCalls;
  }

  /** @returns {number[]} */
  get indices() {
    if (this.#size === 0) return [];
    return [...this.#calls.keys()].filter((index) => this.#calls[index]?.owner === this);
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   */
  add(index, call) {
    this.#calls[index] = call;
    this.#size += 1;
    if (call.trace) this.#services.traces.enter();
  }

  /** @param {number} index */
  get(index) {
    return this.#calls[index];
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   */
  has(index, call) {
    return this.#calls[index] === call;
  }

  /**
   * Settles a call as its worker says. A stream's caller hears when it comes to the end.
   * @param {number} index
   * @param {import('./outcome.js').Outcome} outcome
   */
  settle(index, outcome) {
    const call = this.#remove(index);
    if (call?.stream) call.stream.end(outcome);
    else call?.awaiters.settle(outcome);
  }

  /**
   * Rejects a call, if it is open.
   * @param {number} index
   * @param {unknown} error
   */
  reject(index, error) {
    const call = this.#remove(index);
    if (call?.stream) call.stream.cut({ error });
    else call?.awaiters.settle({ error });
  }

  /** @returns {Promise<void>} resolves when there is none, and all callers know */
  empty() {
    return new Promise((resolve) => {
      this.#drained.push(resolve);
      this.#tellDrained();
    });
  }

  /** Behind the microtasks in which callers hear of the last calls. */
  #tellDrained() {
    if (this.#size > 0) return;
    for (const resolve of this.#drained.splice(0)) {
      this.#services.platform.nextMacrotask(() => resolve());
    }
  }

  /**
   * @param {number} index
   * @returns {OpenCall | undefined} undefined if its caller was answered before
   */
  #remove(index) {
    const call = this.#calls[index];
    if (!call) return undefined;
    this.#calls[index] = undefined;
    this.#size -= 1;
    call.unwatch?.();
    this.#services.traces.forget(call);
    if (call.trace) this.#services.traces.leave();
    if (this.#drained.length > 0) this.#tellDrained();
    return call;
  }
}
