import { capture, postKeeping, postOnce } from './arguments.js';

/**
 * @typedef {import('./open-calls.js').OpenCall} OpenCall
 */

/** Puts the calls of one task on their way: takes their arguments, and posts them. */
export class CallSender {
  #core;
  #calls;
  #workers;
  /** Whether a call may have to run again, so that its arguments are kept. */
  #keeps;

  /**
   * @param {import('./core.js').Core} core
   * @param {import('./open-calls.js').OpenCalls} calls
   * @param {import('./task-workers.js').TaskWorkers} workers
   * @param {boolean} keeps
   */
  constructor(core, calls, workers, keeps) {
    this.#core = core;
    this.#calls = calls;
    this.#workers = workers;
    this.#keeps = keeps;
  }

  /**
   * Takes the arguments of a call that has to wait, so that later changes to them are not seen.
   * @param {number} index
   * @throws {DOMException} DataCloneError
   */
  capture(index) {
    const call = this.#calls.get(index);
    if (!call?.args || call.captured) return;
    call.args = capture(call.args);
    call.captured = true;
  }

  /**
   * Posts a call to the worker that the core has given it to.
   * @param {number} index
   * @throws {DOMException} DataCloneError
   */
  send(index) {
    const call = this.#calls.get(index);
    if (!call?.args) throw new Error(`No caller for call ${index}.`);
    if (this.#keeps) this.capture(index);
    const { method, key, args, transferResult } = call;
    const worker = this.#core.workerOf(index);
    /** @type {import('../shared/protocol.js').CallMessage} */
    const message = {
      type: 'atelier:call',
      call: index,
      generation: this.#core.generationOf(index),
      record: this.#core.recordOf(index),
      method,
      args: args.values,
      transferResult,
      ...(key !== undefined && { key }),
    };
    const post = (/** @type {Transferable[]} */ list) => this.#workers.post(worker, message, list);
    if (!this.#keeps) postOnce(args, post);
    if (!this.#keeps || !postKeeping(args, post)) call.args = undefined;
  }
}
