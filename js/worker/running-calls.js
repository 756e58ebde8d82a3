import { RunningCall } from './running-call.js';

/** The calls that are running on a worker. */
export class RunningCalls {
  #owner;
  #thread;
  #handlers;
  #methods;
  /** @type {Map<number, RunningCall>} by the call's index in the core */
  #running = new Map();

  /**
   * @param {import('./serve.js').OwnerConnection} owner
   * @param {import('./thread.js').CallThread} thread
   * @param {any} handlers
   * @param {string[]} methods the names of those that there are
   */
  constructor(owner, thread, handlers, methods) {
    this.#owner = owner;
    this.#thread = thread;
    this.#handlers = handlers;
    this.#methods = methods;
  }

  /** How many there are. */
  get size() {
    return this.#running.size;
  }

  /**
   * @param {import('./thread.js').ClaimedCall} message
   * @returns {Promise<void> | undefined} when it is done; undefined if it is
   */
  run(message) {
    const { call, method } = message;
    const handler = this.#methods.includes(method) ? this.#handlers[method] : undefined;
    const running = new RunningCall(this.#owner, this.#thread, message);
    const end = running.run(this.#handlers, handler, this.#methods);
    if (!end) return undefined;
    this.#running.set(call, running);
    // The owner may have its reply by now, and have given the index to another call of this worker.
    return end.then(() => {
      if (this.#running.get(call) === running) this.#running.delete(call);
    });
  }

  /**
   * Passes on a message of the owner's about a call, which may have finished.
   * @param {import('../shared/protocol.js').ToWorker | undefined} message
   */
  tell(message) {
    if (!message || !('call' in message) || message.type === 'call') return;
    const told = this.#running.get(message.call);
    if (!told || told.generation !== message.generation) return;
    if (message.type === 'cancel') told.cancel(message.reason);
    else if (message.type === 'pull') told.pull(message.count);
    else told.answer(message);
  }
}
