import { Finish } from '../shared/call-record.js';
import { performance } from '../shared/performance.js';
import { RunningCalls } from './running-calls.js';

/**
 * Where nothing is shared: a call's times go with its last reply, and its cancellation comes by a
 * message alone.
 * @type {import('./thread.js').CallThread}
 */
const NO_THREAD = {
  scratch: 0,
  roomFor: () => 0,
  finish(call) {
    if (call.times) call.times.endedMs = now(call);
    return Finish.done;
  },
  canceled: () => false,
};

/**
 * Runs the calls that messages bring, without shared memory. One that comes while its worker has others
 * may have its cancellation behind it: it starts in a macrotask of its own, behind the messages that
 * have come by then. One that comes alone starts at once.
 */
export class MessageLoop {
  #owner;
  #calls;
  /** @type {Map<number, import('../shared/protocol.js').CallMessage>} not started yet, by index */
  #waiting = new Map();
  #scheduled = false;

  /**
   * @param {import('./serve.js').OwnerConnection} owner
   * @param {any} handlers
   * @param {string[]} methods the names of those that there are
   */
  constructor(owner, handlers, methods) {
    this.#owner = owner;
    this.#calls = new RunningCalls(owner, NO_THREAD, handlers, methods);
  }

  /**
   * @param {import('../shared/protocol.js').ToWorker | undefined} message undefined if it could not be
   *   read
   */
  receive(message) {
    if (message?.type === 'call') {
      if (message.alone) this.#start(message);
      else {
        this.#waiting.set(message.call, message);
        this.#schedule();
      }
    } else if (message && 'call' in message) {
      const { call, generation } = message;
      if (this.#waiting.get(call)?.generation !== generation) this.#calls.tell(message);
      else if (this.#waiting.delete(call)) {
        this.#owner.post({ type: 'skipped', call, generation });
      }
    }
  }

  /** Starts the calls that wait, one in each macrotask. */
  #schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#owner.nextMacrotask(() => {
      this.#scheduled = false;
      const [first] = this.#waiting.values();
      if (first) this.#start(first);
      if (this.#waiting.size > 0) this.#schedule();
    });
  }

  /** @param {import('../shared/protocol.js').CallMessage} message */
  #start(message) {
    this.#waiting.delete(message.call);
    const times = { startedMs: now(message), endedMs: -1 };
    this.#calls.run({ ...message, times });
  }
}

/**
 * Reads the worker's clock, if the call has a span.
 * @param {import('../shared/protocol.js').CallMessage} call
 */
function now({ ids }) {
  return ids?.[0] || ids?.[1] ? performance.now() : -1;
}
