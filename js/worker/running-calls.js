import { RunningCall } from './running-call.js';

/** The calls that a worker is at. */
export class RunningCalls {
  #scope;
  #thread;
  #handlers;
  #methods;
  /** @type {Map<number, RunningCall>} by the call's index in the core */
  #running = new Map();

  /**
   * @param {import('./expose.js').WorkerScope} scope
   * @param {import('./thread.js').CallThread} thread
   * @param {any} handlers
   * @param {string[]} methods the names of those that there are
   */
  constructor(scope, thread, handlers, methods) {
    this.#scope = scope;
    this.#thread = thread;
    this.#handlers = handlers;
    this.#methods = methods;
  }

  /** How many there are. */
  get size() {
    return this.#running.size;
  }

  /**
   * @param {import('./thread.js').TakenCall} message
   * @returns {Promise<void> | undefined} when it is done; undefined if it is
   */
  run(message) {
    const { call, method } = message;
    const handler = this.#methods.includes(method) ? this.#handlers[method] : undefined;
    const running = new RunningCall(this.#scope, this.#thread, message);
    const end = running.run(this.#handlers, handler, this.#methods);
    if (!end) return undefined;
    this.#running.set(call, running);
    return end.then(() => void this.#running.delete(call));
  }

  /**
   * Takes in what the owner says of a call, which may be over.
   * @param {import('../shared/protocol.js').Cancel | import('../shared/protocol.js').Pull} message
   */
  tell(message) {
    const told = this.#running.get(message.call);
    if (told?.generation !== message.generation) return;
    if (message.type === 'atelier:cancel') told.cancel(message.reason);
    else told.pull(message.count);
  }
}
