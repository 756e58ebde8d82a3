import { encodeError } from '../../shared/error-codec.js';
import { Status } from '../core.js';
import { nameRefused } from './arguments.js';
import { stoppedIterating } from './result-stream.js';
import { unreadError } from './unread-error.js';

/**
 * @typedef {import('./open-calls.js').OpenCall} OpenCall
 *
 * @typedef {object} WithdrawalsParts of the task
 * @property {import('./open-calls.js').OpenCalls} calls
 * @property {import('./replies.js').Replies} replies
 * @property {import('../workers/task-workers.js').TaskWorkers} workers
 * @property {() => void} withdrawn a place may be free, or the way for a call behind the one that was
 *   withdrawn
 * @property {() => void} told a worker has been told that a call is cancelled
 */

/** Settles calls of one task before their workers are done with them, or without one. */
export class Withdrawals {
  #core;
  #task;
  #taskId;
  #parts;

  /**
   * @param {import('../core.js').Core} core
   * @param {number} task its index in the core
   * @param {string} taskId
   * @param {WithdrawalsParts} parts
   */
  constructor(core, task, taskId, parts) {
    this.#core = core;
    this.#task = task;
    this.#taskId = taskId;
    this.#parts = parts;
  }

  /**
   * Settles a call, unless it has settled: its index may be another call's by now. The caller sees to
   * what follows from that.
   * @param {number} index
   * @param {OpenCall | undefined} call
   * @param {number} status
   * @param {unknown} error
   */
  withdraw(index, call, status, error) {
    if (!call || !this.#parts.calls.has(index, call)) return;
    if (call.stream?.isLeaving) {
      this.#parts.replies.endLeft(index); // its caller and its worker have been told
      return;
    }
    const held = this.#core.withdraw(index, status, ...this.#core.textsOf(error));
    this.#parts.calls.reject(index, error);
    if (held) this.#tellCancelled(index, call, error);
  }

  /**
   * Withdraws a call, and lets the task go on.
   * @param {number} index
   * @param {OpenCall | undefined} call
   * @param {number} status
   * @param {unknown} error
   */
  settle(index, call, status, error) {
    this.withdraw(index, call, status, error);
    this.#parts.withdrawn();
  }

  /**
   * Settles a call that could not be brought to a worker.
   * @param {number} index
   * @param {OpenCall} call
   * @param {unknown} error
   */
  fail(index, call, error) {
    this.settle(index, call, Status.error, nameRefused(error, call, this.#taskId));
  }

  /**
   * Settles the call of a stream whose caller has stopped iterating.
   * @param {number} index
   * @param {OpenCall} call
   */
  stop(index, call) {
    this.settle(index, call, Status.canceled, stoppedIterating());
  }

  /**
   * Tells the handler of a stream that its caller has stopped iterating. The call stays open until the
   * handler ends.
   * @param {number} index
   * @param {OpenCall} call
   */
  leave(index, call) {
    this.#core.requestCancel(index);
    this.#tellCancelled(index, call, stoppedIterating());
  }

  /**
   * Rejects a call of which a message could not be read, by its worker or here.
   * @param {number} worker
   * @param {import('../../shared/connection.js').SentMessage} message
   */
  loseMessage(worker, { of, text, ...ids }) {
    const { call: index, generation } = ids;
    if (!this.#core.holds(this.#task, worker, index, generation)) return;
    const method = this.#parts.calls.get(index)?.method.name ?? 'a call that has settled';
    const error = unreadError(of, `${method}() of task '${this.#taskId}'`, text);
    if (of === 'progress' || of === 'item') {
      this.settle(index, this.#parts.calls.get(index), Status.error, error);
      return;
    }
    const { workers, replies } = this.#parts;
    const encoded = encodeError(error);
    if (of === 'callback' || of === 'answer')
      workers.post(worker, { id: 0, ...ids, type: 'answer', error: encoded });
    else if (of === 'cancel') workers.post(worker, { ...ids, type: of, reason: encoded });
    else replies.receive(worker, { ...ids, type: 'error', error: encoded });
  }

  /**
   * Tells a call's worker that its caller has given up. The core ends the worker if it takes too long.
   * @param {number} index
   * @param {OpenCall} call
   * @param {unknown} error why
   */
  #tellCancelled(index, call, error) {
    const worker = this.#core.workerOf(index);
    const generation = this.#core.generationOf(index);
    const reason = encodeError(error);
    const tell = () =>
      this.#parts.workers.post(worker, { type: 'cancel', call: index, generation, reason });
    if (call.isBeingPosted) call.afterPosting = tell;
    else tell();
    this.#parts.told();
  }
}
