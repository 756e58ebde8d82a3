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
 * @property {() => void} due the time has come to start, end or terminate some
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
  /** For what there is to do though nothing happens. ref() and unref() are Node's. @type {any} */
  #timer;
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
   * Keeps the process alive while there are calls. Idle workers do not, nor the timer that ends them.
   * @param {boolean} active
   */
  setActive(active) {
    if (active === this.#active) return;
    this.#active = active;
    for (const host of this.#hosts.values()) host.keepAlive(active);
    this.#keepTimerAlive();
  }

  /** Is called when a worker is ready. @param {number} worker */
  ready(worker) {
    this.#hosts.get(worker)?.keepAlive(this.#active);
  }

  /** Sets the timer, if it has to fire earlier than it would. Precondition: the task is not disposed. */
  setTimer() {
    const delayMs = this.#services.core.timerDelayMs(this.#task);
    if (delayMs === Infinity) return;
    this.clearTimer();
    // Up, since engines leave fractions of a ms out, and the timer would fire too early.
    this.#timer = setTimeout(this.#listeners.due, Math.ceil(delayMs));
    this.#keepTimerAlive();
  }

  clearTimer() {
    clearTimeout(this.#timer);
  }

  #keepTimerAlive() {
    this.#timer?.[this.#active ? 'ref' : 'unref']?.();
  }

  /**
   * Ends a worker, if it has not ended by itself, and forgets it.
   * @param {number} worker
   * @returns {Promise<void> | undefined} resolves when it has stopped, as far as the platform tells
   */
  end(worker) {
    const host = this.#hosts.get(worker);
    this.#hosts.delete(worker);
    return host?.end();
  }
}
