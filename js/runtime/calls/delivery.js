import { queueMicrotask } from '../../shared/timers.js';
import { forEachIndex, NONE, Status, ToDo } from '../core.js';
import { nameRefused } from './arguments.js';

/**
 * @typedef {import('./open-calls.js').OpenCall} OpenCall
 *
 * @typedef {object} DeliveryListeners
 * @property {(index: number, call: OpenCall, error: unknown) => void} failed the arguments of a call
 *   cannot be cloned
 * @property {() => void} settled a call has been settled that could not be posted
 */

/**
 * Brings the accepted calls of one task to its workers, and starts the workers that they need, as the
 * core decides.
 */
export class Delivery {
  #core;
  #task;
  #taskId;
  #isBounded;
  #calls;
  #workers;
  #sender;
  #listeners;
  #isStopped = false;

  /**
   * @param {import('../runtime.js').RuntimeServices} services
   * @param {number} task its index in the core
   * @param {import('../runtime.js').CompleteTaskConfig} config
   * @param {import('./open-calls.js').OpenCalls} calls
   * @param {import('../workers/task-workers.js').TaskWorkers} workers
   * @param {import('./call-sender.js').CallSender} sender
   * @param {DeliveryListeners} listeners
   */
  constructor({ core }, task, config, calls, workers, sender, listeners) {
    this.#core = core;
    this.#task = task;
    this.#taskId = config.taskId;
    this.#isBounded = config.maxQueueDepth !== Infinity;
    this.#calls = calls;
    this.#workers = workers;
    this.#sender = sender;
    this.#listeners = listeners;
  }

  /**
   * Does what the core says is to be done now.
   * @returns {number} what that was, a sum of `ToDo`
   */
  run() {
    if (this.#isStopped) return 0;
    const admitted = this.#isBounded ? this.#admit() : undefined;
    let toDo = this.#offer();
    // Behind a call that had to be posted there may be some to offer, and behind those others.
    while (toDo & ToDo.bring && this.#sendNext()) toDo |= this.#offer();
    admitted?.forEach((call, index) => this.capture(index, call));
    if (toDo & ToDo.start) this.#startWorkers();
    return toDo;
  }

  /** Delivers nothing any more. */
  stop() {
    this.#isStopped = true;
  }

  resume() {
    this.#isStopped = false;
  }

  /**
   * Takes a copy of the arguments of a call that may have to wait.
   * @param {number} index
   * @param {OpenCall} call
   */
  capture(index, call) {
    this.#attempt(index, call, () => this.#sender.capture(call));
  }

  /** @returns {Map<number, OpenCall>} those that a bounded queue has room for by now */
  #admit() {
    /** @type {Map<number, OpenCall>} */
    const admitted = new Map();
    forEachIndex(this.#core.nextAdmission, this.#task, (index) => {
      const call = /** @type {OpenCall} */ (this.#calls.get(index));
      admitted.set(index, call);
      this.#attempt(index, call, () => this.#sender.prepare(index, call));
    });
    return admitted;
  }

  /**
   * Offers pending calls to workers, as far as they claim them by themselves.
   * @returns {number} what there was and is to do, a sum of `ToDo`
   */
  #offer() {
    const toDo = this.#core.offer(this.#task);
    if (toDo & ToDo.later) this.#wakeLater();
    if (toDo & ToDo.wake) this.#postWakes();
    return toDo & ~ToDo.later;
  }

  #startWorkers() {
    forEachIndex(this.#core.nextWorkerToStart, this.#task, (worker) => this.#workers.start(worker));
    this.#workers.setTimer();
  }

  /** When the running code has made all its calls, one wake-up does for them. */
  #wakeLater() {
    queueMicrotask(() => {
      if (this.#isStopped) return;
      this.#core.wakeWorkers(this.#task);
      this.#postWakes();
    });
  }

  #postWakes() {
    forEachIndex(this.#core.nextWorkerToWake, this.#task, (worker) =>
      this.#workers.post(worker, { type: 'wake' })
    );
  }

  /** @returns {boolean} whether the core has given a call to a worker that had to be posted */
  #sendNext() {
    const index = this.#core.nextAssignment(this.#task);
    if (index === NONE) return false;
    const call = /** @type {OpenCall} */ (this.#calls.get(index));
    const generation = this.#core.generationOf(index);
    call.isBeingPosted = true;
    try {
      this.#sender.send(index);
      call.afterPosting?.();
    } catch (thrown) {
      const error = nameRefused(thrown, call, this.#taskId);
      this.#core.fail(index, generation, Status.error, ...this.#core.textsOf(error));
      if (this.#calls.has(index, call)) {
        this.#calls.reject(index, error);
        this.#listeners.settled();
      }
    } finally {
      call.isBeingPosted = false;
    }
    return true;
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   * @param {() => void} step
   */
  #attempt(index, call, step) {
    try {
      step();
    } catch (error) {
      this.#listeners.failed(index, call, error);
    }
  }
}
