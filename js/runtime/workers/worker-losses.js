import { WorkerCrashedError } from '../../errors.js';
import { describe, forEachIndex, NONE, Status } from '../core.js';

/**
 * @typedef {import('../calls/open-calls.js').OpenCall} OpenCall
 *
 * @typedef {object} TaskOfWorkers what the calls of lost workers need of their task
 * @property {import('../calls/open-calls.js').OpenCalls} calls
 * @property {import('../calls/replies.js').Replies} replies
 * @property {import('./task-workers.js').TaskWorkers} workers
 * @property {import('../calls/withdrawals.js').Withdrawals} withdrawals
 */

/** What becomes of the calls of workers that crash or are ended: they run again, or reject. */
export class WorkerLosses {
  #core;
  #completions;
  #index;
  #config;
  #task;
  /** @type {import('../../types.js').TaskState['lastCrash']} */
  lastCrash;
  /** Whether no worker has been ready since. */
  isCrashed = false;

  /**
   * @param {import('../runtime.js').RuntimeServices} services
   * @param {number} index the task's in the core
   * @param {import('../runtime.js').CompleteTaskConfig} config
   * @param {TaskOfWorkers} task
   */
  constructor({ core, completions }, index, config, task) {
    this.#core = core;
    this.#completions = completions;
    this.#index = index;
    this.#config = config;
    this.#task = task;
  }

  /**
   * Notes that a worker has crashed.
   * @param {number} worker
   * @param {unknown} cause
   * @returns {WorkerCrashedError} what its calls reject with
   */
  noteCrash(worker, cause) {
    const [text] = describe(cause);
    this.#completions.drain(); // what it has finished counts
    this.isCrashed = true;
    this.lastCrash = { ts: Date.now(), error: text, workerIndex: worker };
    this.#core.workerCrashed(this.#index, worker);
    return this.#makeError(worker, cause, `crashed: ${text}`);
  }

  /**
   * Takes back the calls of a worker that has crashed, and those that no worker can be started for.
   * @param {number} worker
   * @param {WorkerCrashedError} error
   */
  release(worker, error) {
    this.#takeBack(worker, error);
    const { calls, withdrawals } = this.#task;
    forEachIndex(this.#core.firstStranded, this.#index, (index) =>
      withdrawals.withdraw(index, calls.get(index), Status.error, error)
    );
  }

  /**
   * Ends a worker and takes back its calls.
   * @param {number} worker
   * @param {unknown} error
   * @returns {Promise<void> | undefined} resolves when it has stopped
   */
  end(worker, error) {
    this.#core.workerEnded(this.#index, worker);
    return this.#takeBack(worker, error);
  }

  /**
   * Ends a worker whose cancelled call does not stop.
   * @param {number} worker
   */
  terminate(worker) {
    const { terminateAfterMs } = this.#config;
    const what = `was ended: a cancelled call did not stop within ${terminateAfterMs} ms.`;
    this.end(worker, this.#makeError(worker, undefined, what));
  }

  /**
   * @param {number} worker
   * @param {unknown} error
   * @returns {Promise<void> | undefined} resolves when it has stopped
   */
  #takeBack(worker, error) {
    const { calls, replies, workers } = this.#task;
    const stopped = workers.end(worker);
    for (;;) {
      const index = this.#core.firstHeld(this.#index, worker);
      if (index === NONE) return stopped;
      const call = calls.get(index);
      if ((call?.args || call?.shared) && this.#core.retry(index)) continue;
      if (call?.stream && this.#core.lose(index)) {
        replies.lose(index, call.stream, error);
        continue;
      }
      this.#core.abandon(index, Status.error, ...this.#core.textsOf(error));
      calls.reject(index, error);
    }
  }

  /**
   * @param {number} worker
   * @param {unknown} cause
   * @param {string} what
   */
  #makeError(worker, cause, what) {
    const { taskId } = this.#config;
    const message = `Worker ${worker} of task '${taskId}' ${what}`;
    return new WorkerCrashedError(message, { taskId, workerIndex: worker, cause });
  }
}
