import { Finish } from '../shared/call-record.js';
import { RunningCalls } from './running-calls.js';

/**
 * Where nothing is shared: a call's times go with its last reply, and its cancellation comes by a
 * message alone.
 * @type {import('./thread.js').CallThread}
 */
const NO_THREAD = {
  scratch: 0,
  finish(call) {
    if (call.times) call.times.endedMs = now(call);
    return Finish.done;
  },
  canceled: () => false,
};

/**
 * Runs the calls that messages bring, without shared memory: each in a macrotask of its own, behind
 * the messages that have come by then. So one that is cancelled by one of these does not run.
 */
export class MessageLoop {
  #scope;
  #calls;
  /** @type {Map<number, import('../shared/protocol.js').CallMessage>} not taken up yet, by index */
  #waiting = new Map();
  #scheduled = false;

  /**
   * @param {import('./expose.js').WorkerScope} scope
   * @param {any} handlers
   * @param {string[]} methods the names of those that there are
   */
  constructor(scope, handlers, methods) {
    this.#scope = scope;
    this.#calls = new RunningCalls(scope, NO_THREAD, handlers, methods);
  }

  /** @param {import('../shared/protocol.js').ToWorker} message */
  receive(message) {
    if (message.type === 'atelier:call') {
      this.#waiting.set(message.call, message);
      this.#schedule();
    } else if (message.type === 'atelier:cancel' || message.type === 'atelier:pull') {
      const { call, generation } = message;
      if (this.#waiting.get(call)?.generation !== generation) this.#calls.tell(message);
      else if (this.#waiting.delete(call)) {
        this.#scope.post({ type: 'atelier:skipped', call, generation });
      }
    }
  }

  #schedule() {
    if (this.#scheduled || this.#waiting.size === 0) return;
    this.#scheduled = true;
    this.#scope.nextMacrotask(() => {
      this.#scheduled = false;
      const [first] = this.#waiting.values();
      if (first) this.#takeUp(first);
      this.#schedule();
    });
  }

  /** @param {import('../shared/protocol.js').CallMessage} message */
  #takeUp(message) {
    this.#waiting.delete(message.call);
    this.#calls.run({ ...message, times: { startedMs: now(message), endedMs: -1 } });
  }
}

/**
 * Reads the worker's clock, if the call has a span.
 * @param {import('../shared/protocol.js').CallMessage} call
 */
function now({ ids }) {
  return ids?.[0] || ids?.[1] ? performance.now() : -1;
}
