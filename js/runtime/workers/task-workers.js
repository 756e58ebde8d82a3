import { clearTimeout, setTimeout } from '../../shared/timers.js';
import { WorkerHost } from './worker-host.js';

/**
 * @typedef {object} TaskWorkersListeners
 * @property {(worker: number, clock: { sentMs: number, workerMs: number, clockOffsetMs: number })
 *   => void} ready
 * @property {(worker: number, reply: import('../../shared/protocol.js').Reply) => void} reply
 * @property {(worker: number, message: import('../../shared/connection.js').SentMessage) => void}
 *   lost one side could not read what the other has posted
 * @property {(worker: number, cause: unknown) => void} crash
 * @property {(worker: number) => void} idle it has had nothing to do for `idleTimeoutMs`
 * @property {() => void} stopped a worker that had ended or crashed runs no more
 */

/** The real workers of one task, by their index in the core. */
export class TaskWorkers {
  #services;
  #task;
  #config;
  #listeners;
  /** @type {Map<number, WorkerHost>} */
  #hosts = new Map();
  /** @type {Map<number, ReturnType<typeof setTimeout>>} */
  #idleTimers = new Map();
  #active = false;
  /** Whether it was told of a worker that has not called expose(): once is enough. */
  #warned = false;
  /** How many have been started and not stopped yet, those that have ended included. */
  unstopped = 0;

  /**
   * @param {import('../runtime.js').RuntimeServices} services
   * @param {number} task its index in the core
   * @param {import('../runtime.js').CompleteTaskConfig} config
   * @param {TaskWorkersListeners} listeners
   */
  constructor(services, task, config, listeners) {
    this.#services = services;
    this.#task = task;
    this.#config = config;
    this.#listeners = listeners;
  }

  /** The indices of those that are there. */
  get indices() {
    return [...this.#hosts.keys()];
  }

  /** @param {number} worker */
  start(worker) {
    const { ready, reply, lost, crash, stopped } = this.#listeners;
    const { platform, module, core, completions } = this.#services;
    const channel = core.channelOf(this.#task, worker);
    const { worker: makeWorker, startTimeoutMs } = this.#config;
    const host = new WorkerHost(platform, module, makeWorker, channel, startTimeoutMs, {
      warn: (what) => {
        if (!this.#warned)
          console.warn(`Worker ${worker} of task '${this.#config.taskId}' ${what}`);
        this.#warned = true;
      },
      ready: (clock) => ready(worker, clock),
      posted: () => core.messagePosted(this.#task, worker),
      reply: (message) => reply(worker, message),
      lost: (message) => lost(worker, message),
      done: () => completions.wake(),
      crash: (cause) => crash(worker, cause),
      stopped: () => {
        this.unstopped -= 1;
        core.workerStopped(channel);
        completions.drain(); // it may have died between writing news and waking this thread
        stopped();
      },
    });
    this.unstopped += 1;
    this.#hosts.set(worker, host);
  }

  /**
   * @param {number} worker
   * @param {import('../../shared/protocol.js').ToWorker} message
   * @param {Transferable[]} [transfer]
   * @throws {DOMException} DataCloneError
   */
  post(worker, message, transfer) {
    this.#hosts.get(worker)?.post(message, transfer);
  }

  /**
   * Keeps the process alive while there are calls. Idle workers do not.
   * @param {boolean} active
   */
  setActive(active) {
    if (active === this.#active) return;
    this.#active = active;
    for (const host of this.#hosts.values()) host.keepAlive(active);
  }

  /** Is called when a worker is ready. @param {number} worker */
  ready(worker) {
    this.#hosts.get(worker)?.keepAlive(this.#active);
  }

  /** Ends workers that have nothing to do for `idleTimeoutMs` from now on. */
  watchIdle() {
    const { idleTimeoutMs } = this.#config;
    if (idleTimeoutMs === undefined) return;
    const { core } = this.#services;
    core.count(this.#task);
    for (const worker of this.#hosts.keys()) {
      if (core.inFlightOn(this.#task, worker) > 0) this.#stopIdleTimer(worker);
      else this.#startIdleTimer(worker, idleTimeoutMs);
    }
  }

  /**
   * Is called when a worker has finished a call: it is not idle.
   * @param {number} worker
   */
  worked(worker) {
    this.#stopIdleTimer(worker);
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

  /**
   * @param {number} worker
   * @param {number} idleTimeoutMs
   */
  #startIdleTimer(worker, idleTimeoutMs) {
    if (this.#idleTimers.has(worker)) return;
    const timer = setTimeout(() => {
      this.#idleTimers.delete(worker);
      this.#listeners.idle(worker);
    }, idleTimeoutMs);
    /** @type {any} */ (timer).unref?.(); // Node's own
    this.#idleTimers.set(worker, timer);
  }

  /** @param {number} worker */
  #stopIdleTimer(worker) {
    clearTimeout(this.#idleTimers.get(worker));
    this.#idleTimers.delete(worker);
  }
}
