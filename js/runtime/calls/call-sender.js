import { ID_WORDS, RECORD_BYTES } from '../../shared/call-record.js';
import { encode } from '../../shared/encode-values.js';
import { capture, postKeeping, postOnce } from './arguments.js';
import { mayHoldCallbacks, takeCallbacks } from './callbacks.js';

/**
 * @typedef {import('./open-calls.js').OpenCall} OpenCall
 */

/** @type {never[]} */
const NOTHING = [];

/**
 * Puts the calls of one task on their way. Arguments that are plain go to shared memory,
 * where any worker finds them; others, and all where there is none, are posted to the worker that the
 * core chooses.
 */
export class CallSender {
  #core;
  #heap;
  #calls;
  #workers;
  #scratch;
  /** Whether nothing is shared with workers. */
  #byMessage;
  /** Whether a call may have to run again, so that its arguments are kept. */
  #keeps;
  #task;

  /**
   * @param {Pick<import('../runtime.js').RuntimeServices, 'core' | 'heap' | 'mode'>} services
   * @param {number} task its index in the core
   * @param {import('./open-calls.js').OpenCalls} calls
   * @param {import('../workers/task-workers.js').TaskWorkers} workers
   * @param {boolean} keeps
   */
  constructor({ core, heap, mode }, task, calls, workers, keeps) {
    this.#task = task;
    this.#core = core;
    this.#heap = heap;
    this.#scratch = core.scratch();
    this.#calls = calls;
    this.#workers = workers;
    this.#byMessage = mode === 'messages';
    this.#keeps = keeps;
  }

  /**
   * Makes what stands for a method's name in the core.
   * @param {string} name
   * @returns {import('./open-calls.js').Method}
   */
  defineMethod(name) {
    const bytes = encode(this.#heap, this.#scratch, name, NOTHING);
    return {
      address: this.#core.defineMethod(this.#task, this.#core.handleOf(name), Math.max(bytes, 0)),
      name,
      isShared: bytes >= 0 && !this.#byMessage,
    };
  }

  /**
   * Takes the arguments of a call that has been accepted, if shared memory can have them. Otherwise
   * they are to be sent or captured now.
   * @param {number} index
   * @param {OpenCall} call
   */
  prepare(index, call) {
    if (call.args && mayHoldCallbacks(call.args)) takeCallbacks(call);
    if (call.args && call.method.isShared && !call.args.transfer?.length) {
      const bytes = attempt(call, (args) =>
        call.callbacks ? -1 : this.#encode(index, call, args)
      );
      if (!this.#calls.has(index, call)) return; // a Proxy's traps have given it up
      if (bytes >= 0 && this.#core.readyShared(index, bytes, call.transferResult)) {
        call.args = undefined;
        call.shared = true;
        return;
      }
    }
    if (this.#keeps) this.capture(call);
    if (this.#calls.has(index, call)) this.#core.readyForMessage(index);
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   * @param {import('./arguments.js').Arguments} args
   */
  #encode(index, call, { values, transfer }) {
    const clonesBuffers = transfer !== undefined;
    return encode(this.#heap, this.#scratch, call.key, values, clonesBuffers, (bytes) =>
      this.#calls.has(index, call) ? this.#core.reserveArguments(index, bytes) : 0
    );
  }

  /**
   * Takes the arguments of a call that has to wait, so that later changes to them are not seen.
   * @param {OpenCall} call
   * @throws {DOMException} DataCloneError
   */
  capture(call) {
    if (!call.args || call.captured) return;
    call.captured = true; // first: their getters may make calls
    call.args = attempt(call, capture);
  }

  /**
   * Posts a call to the worker that the core has given it to.
   * @param {number} index
   * @throws {DOMException} DataCloneError
   */
  send(index) {
    const call = /** @type {OpenCall} */ (this.#calls.get(index));
    const { method, key, transferResult } = call;
    const worker = this.#core.workerOf(index);
    const record = this.#core.recordOf(index);
    /** @type {import('../../shared/protocol.js').CallMessage} */
    const message = {
      type: 'call',
      call: index,
      generation: this.#core.generationOf(index),
      record,
      method: method.name,
      args: [],
      transferResult,
      key,
      alone: this.#core.isAlone?.(index),
    };
    if (this.#byMessage) {
      const { words } = this.#heap.upTo(record + RECORD_BYTES);
      const at = record >>> 2;
      message.ids = [...words.subarray(at, at + ID_WORDS)];
    }
    const post = (/** @type {Transferable[]} */ list) => this.#workers.post(worker, message, list);
    const isWhole = attempt(call, (args) => {
      message.args = args.values;
      if (call.callbacks) message.callbacks = true;
      if (this.#keeps) return postKeeping(args, post);
      postOnce(args, post);
      return false;
    });
    if (!isWhole) call.args = undefined;
    if (this.#calls.has(index, call)) this.#core.posted?.(index);
  }
}

/**
 * Takes a step with a call's arguments. It fails if there are callbacks in them, nested ones, which are
 * looked for only then: most calls have none.
 * @template T
 * @param {OpenCall} call
 * @param {(args: import('./arguments.js').Arguments) => T} step
 * @returns {T}
 */
function attempt(call, step) {
  const args = () => /** @type {import('./arguments.js').Arguments} */ (call.args);
  try {
    return step(args());
  } catch (error) {
    if (!takeCallbacks(call)) throw error;
    return step(args());
  }
}
