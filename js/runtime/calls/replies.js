import { UnknownMethodError } from '../../errors.js';
import { refused } from '../../shared/clone-error.js';
import { encodeError, isError } from '../../shared/error-codec.js';
import { NONE, Status } from '../core.js';
import { outcomeOfReply } from './outcome.js';
import { ResultStream, StreamIterator, stoppedIterating } from './result-stream.js';
import { setTimeout } from '../../shared/timers.js';

/**
 * @typedef {import('../../shared/protocol.js').LastReply} LastReply
 * @typedef {import('../../shared/protocol.js').Reply} Reply
 * @typedef {import('./open-calls.js').OpenCall} OpenCall
 * @typedef {import('./outcome.js').Outcome} Outcome
 */

/**
 * @typedef {object} RepliesListeners
 * @property {(worker: number, message: import('../../shared/protocol.js').ToWorker) => void} post
 *   throws a DataCloneError
 * @property {() => void} released a worker has released a call
 * @property {(index: number, call: OpenCall) => void} stopped a caller has given up its stream
 * @property {(index: number, call: OpenCall) => void} left a caller has given up its stream, and
 *   waits for its handler's end
 */

/** Handles the replies of the workers of one task. */
export class Replies {
  #core;
  #traces;
  #calls;
  #listeners;

  /**
   * @param {Pick<import('../runtime.js').RuntimeServices, 'core' | 'traces'>} services
   * @param {import('./open-calls.js').OpenCalls} calls
   * @param {RepliesListeners} listeners
   */
  constructor({ core, traces }, calls, listeners) {
    this.#core = core;
    this.#traces = traces;
    this.#calls = calls;
    this.#listeners = listeners;
  }

  /**
   * Handles a message.
   * @param {number} worker
   * @param {Reply} reply to a call that this worker has
   */
  receive(worker, reply) {
    const { call: index, generation } = reply;
    const call = this.#calls.get(index);
    switch (reply.type) {
      case 'progress':
        progress(call, reply.value);
        break;
      case 'callback':
        if (call) this.#callBack(index, call, worker, reply);
        break;
      case 'stream':
        if (call && !call.stream) this.#open(index, call, worker, generation);
        break;
      case 'goes-on':
        if (call?.stream?.isLeaving) this.#listeners.stopped(index, call);
        break;
      case 'item':
        call?.stream?.push(reply.value);
        break;
      case 'result':
      case 'error':
      case 'unknown-method':
      case 'skipped':
        this.#core.reported?.(index, generation, reply.startedMs ?? NONE, reply.endedMs ?? NONE);
        if (call?.stream) {
          this.#core.release(index); // its caller may take its time
          call.stream.close(() => this.#settle(index, generation, reply));
        } else this.#settle(index, generation, reply);
        this.#listeners.released();
    }
  }

  /**
   * Ends a stream whose worker has ended. Its caller gets the items that have arrived, then the error.
   * @param {number} index
   * @param {ResultStream} stream
   * @param {unknown} error
   */
  lose(index, stream, error) {
    const generation = this.#core.generationOf(index);
    stream.close(() => {
      if (stream.isLeaving) return this.endLeft(index);
      this.#end(index, generation, { error });
      this.#calls.reject(index, error);
    });
  }

  /**
   * Settles a call whose worker has replied.
   * @param {number} index
   * @param {number} generation
   * @param {Outcome} outcome
   */
  complete(index, generation, outcome) {
    if (this.#end(index, generation, outcome)) this.#calls.settle(index, outcome);
  }

  /**
   * Gives a caller its stream, which answers it from then on. Nothing here may keep the iterator
   * from being collected, no closure's scope either.
   * @param {number} index
   * @param {OpenCall} call
   * @param {number} worker
   * @param {number} generation
   */
  #open(index, call, worker, generation) {
    const source = this.#sourceOf(index, call, worker, generation);
    call.stream = new ResultStream(source, this.#traces);
    call.shared = false;
    call.args = undefined; // what has begun is not run again: its caller would see items twice
    const iterator = new StreamIterator(call.stream);
    call.awaiters.settle({ value: iterator });
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   * @param {number} worker
   * @param {number} generation
   * @returns {import('./result-stream.js').StreamSource}
   */
  #sourceOf(index, call, worker, generation) {
    const { post, stopped, left } = this.#listeners;
    return {
      pull: (count) => post(worker, { type: 'pull', call: index, generation, count }),
      stop: () => stopped(index, call),
      leave: () => left(index, call),
    };
  }

  /**
   * Calls a callback, and answers unless the call has settled by then. If it runs again, its worker takes
   * no answer to what came before.
   * @param {number} index
   * @param {OpenCall} call
   * @param {number} worker
   * @param {import('../../shared/protocol.js').CallbackMessage} message
   */
  async #callBack(index, call, worker, { generation, id, callback, args }) {
    const post = (/** @type {{ value: unknown } | { error: any }} */ outcome) => {
      if (!this.#calls.has(index, call)) return;
      this.#listeners.post(worker, {
        ...{ type: 'answer', call: index, generation, id },
        ...outcome,
      });
    };
    const fn = /** @type {(...args: unknown[]) => unknown} */ (call.callbacks?.[callback]);
    try {
      const value = await this.#traces.runFor(call, () => fn(...args));
      try {
        post({ value });
      } catch (error) {
        throw refused(error, () => `The result of a callback of ${call.method.name}()`);
      }
    } catch (error) {
      post({ error: encodeError(error) });
    }
  }

  /**
   * Settles a call by the message with its last reply.
   * @param {number} index
   * @param {number} generation
   * @param {LastReply} reply
   */
  #settle(index, generation, reply) {
    const outcome = this.#outcomeOf(index, reply);
    const isLeaving = this.#calls.get(index)?.stream?.isLeaving;
    if (isLeaving && !isCleanUpFailure(reply, outcome)) this.endLeft(index);
    else this.complete(index, generation, outcome);
  }

  /**
   * Settles a call whose caller has stopped iterating, and that nobody waits for any more. Whatever has ended
   * the wait, the span says what its caller did.
   * @param {number} index
   */
  endLeft(index) {
    const error = stoppedIterating();
    this.#core.withdraw(index, Status.canceled, ...this.#core.textsOf(error));
    this.#calls.reject(index, error);
  }

  /**
   * @param {number} index
   * @param {number} generation
   * @param {Outcome} outcome
   * @returns {boolean} whether the worker held the call
   */
  #end(index, generation, outcome) {
    return 'error' in outcome
      ? this.#core.fail(index, generation, Status.error, ...this.#core.textsOf(outcome.error))
      : this.#core.complete(index, generation);
  }

  /**
   * @param {number} index
   * @param {LastReply} reply
   * @returns {Outcome}
   */
  #outcomeOf(index, reply) {
    switch (reply.type) {
      case 'result':
        return outcomeOfReply(false, reply.value);
      case 'error':
        return outcomeOfReply(true, reply.error);
      case 'unknown-method': {
        const method = this.#calls.get(index)?.method.name ?? '';
        return { error: new UnknownMethodError(method, reply.methods) };
      }
      default:
        return { value: undefined }; // skipped: its caller has given up
    }
  }
}

/**
 * Whether a handler has failed after it was told to stop, and not because of that.
 * @param {LastReply} reply
 * @param {Outcome} outcome
 */
function isCleanUpFailure(reply, outcome) {
  if (!('aborted' in reply && reply.aborted && 'error' in outcome)) return false;
  return !(isError(outcome.error) && outcome.error.name === 'AbortError');
}

/**
 * @param {OpenCall | undefined} call
 * @param {unknown} value
 */
function progress(call, value) {
  if (!call?.onProgress) return;
  try {
    call.onProgress(value);
  } catch (error) {
    setTimeout(() => {
      throw error; // the listener's own, and no reason for the call to fail
    });
  }
}
