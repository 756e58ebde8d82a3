import { WorkerHost } from './worker-host.js';

/**
 * @typedef {object} TaskWorkersListeners
 * @property {(worker: number, clock: { sentMs: number, workerMs: number, clockOffsetMs: number })
 *   => void} ready
 * @property {(worker: number, reply: import('../shared/protocol.js').Reply) => void} reply
 * @property {(worker: number, cause: unknown) => void} crash
 * @property {(worker: number) => void} idle it has had nothing to do for `idleTimeoutMs`
 */

/** The real workers of one task, by their index in the core. */
export class TaskWorkers {
  #parts;
  #config;
  #listeners;
  /** @type {Map<number, WorkerHost>} */
  #hosts = new Map();
  /** @type {Map<number, ReturnType<typeof setTimeout>>} */
  #idleTimers = new Map();

  /**
   * @param {import('./runtime.js').RuntimeParts} parts
   * @param {import('./runtime.js').CompleteTaskConfig} config
   * @param {TaskWorkersListeners} listeners
   */
  constructor(parts, config, listeners) {
    this.#parts = parts;
    this.#config = config;
    this.#listeners = listeners;
  }

  /** The indices of those that are there. */
  get indices() {
    return [...this.#hosts.keys()];
  }

  /** @param {number} worker */
  start(worker) {
    const { ready, reply, crash } = this.#listeners;
    const { platform, module } = this.#parts;
    const host = new WorkerHost(platform, module, this.#config.worker, {
      ready: (clock) => ready(worker, clock),
      reply: (message) => reply(worker, message),
      crash: (cause) => crash(worker, cause),
    });
    this.#hosts.set(worker, host);
  }

  /**
   * @param {number} worker
   * @param {import('../shared/protocol.js').ToWorker} message
   * @param {Transferable[]} [transfer]
   * @throws {DOMException} DataCloneError
   */
  post(worker, message, transfer) {
    this.#hosts.get(worker)?.post(message, transfer);
  }

  /**
   * Takes in whether a worker has calls: an idle one does not keep a process alive, and is ended
   * after `idleTimeoutMs`.
   * @param {number} worker
   * @param {boolean} busy
   */
  setBusy(worker, busy) {
    const host = this.#hosts.get(worker);
    if (!host) return;
    host.keepAlive(busy);
    const { idleTimeoutMs } = this.#config;
    if (busy) this.#stopIdleTimer(worker);
    if (busy || idleTimeoutMs === undefined || this.#idleTimers.has(worker)) return;
    const timer = setTimeout(() => {
      this.#idleTimers.delete(worker);
      this.#listeners.idle(worker);
    }, idleTimeoutMs);
    /** @type {any} */ (timer).unref?.(); // Node's own
    this.#idleTimers.set(worker, timer);
  }

  /**
   * Ends a worker, if it has not ended by itself, and forgets it.
   * @param {number} worker
   * @returns {Promise<void> | undefined} resolves when it has stopped, as far as the platform tells
   */
  end(worker) {
    const host = this.#hosts.get(worker);
    this.#hosts.delete(worker);
    this.#stopIdleTimer(worker);
    return host?.end();
  }

  /** @param {number} worker */
  #stopIdleTimer(worker) {
    clearTimeout(this.#idleTimers.get(worker));
    this.#idleTimers.delete(worker);
  }
}
