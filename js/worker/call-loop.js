import { Field, MethodField, RECORD_BYTES } from '../shared/call-record.js';
import { performance } from '../shared/performance.js';
import { decode, decodeOne } from '../shared/decode-values.js';
import { RunningCalls } from './running-calls.js';
import { IdleStrategy } from './thread.js';

/** How long calls may follow one another until the event loop has its turn, in ms. */
const TURN_MS = 4;

/** Claims calls, one after the other as long as there are any, and runs them. */
export class CallLoop {
  #owner;
  #thread;
  #calls;
  /** @type {Map<number, string>} by their addresses */
  #names = new Map();
  #looping = false;
  /** When the event loop had its turn. */
  #turnMs = 0;

  /**
   * @param {import('./serve.js').OwnerConnection} owner
   * @param {import('./thread.js').WorkerThread} thread
   * @param {any} handlers
   * @param {string[]} methods the names of those that there are
   */
  constructor(owner, thread, handlers, methods) {
    this.#owner = owner;
    this.#thread = thread;
    this.#calls = new RunningCalls(owner, thread, handlers, methods);
  }

  /**
   * Handles a message of the owner's, first thing in a macrotask.
   * @param {import('../shared/protocol.js').ToWorker | undefined} message undefined if it could not
   *   be read
   */
  receive(message) {
    this.#thread.messageReceived();
    this.#turnMs = performance.now();
    if (message?.type === 'call') {
      if (this.#thread.claim(message.record, message.generation)) this.#run(message);
      else this.#owner.post({ ...idsOf(message), type: 'skipped' });
    } else this.#calls.tell(message);
    this.runCalls(message?.type === 'call' ? IdleStrategy.spin : IdleStrategy.return);
  }

  /**
   * Claims and runs the calls that shared memory has.
   * @param {number} idleStrategy one of IdleStrategy
   */
  async runCalls(idleStrategy) {
    if (this.#looping) return;
    this.#looping = true;
    for (;;) {
      if (performance.now() - this.#turnMs > TURN_MS) {
        this.#owner.nextMacrotask(() => {
          this.#looping = false;
          this.#turnMs = performance.now();
          this.runCalls(IdleStrategy.return);
        });
        return;
      }
      const record = this.#thread.next(idleStrategy);
      if (record === 0) break;
      const isRunning = this.#run(this.#read(record));
      await undefined; // what the handler has left to microtasks comes before the next call
      idleStrategy = isRunning ? IdleStrategy.return : IdleStrategy.sleep;
    }
    this.#looping = false;
  }

  /**
   * @param {import('./thread.js').ClaimedCall} message
   * @returns {boolean} whether it is still running
   */
  #run(message) {
    const end = this.#calls.run(message);
    end?.then(() => this.runCalls(IdleStrategy.sleep));
    return end !== undefined;
  }

  /**
   * @param {number} record
   * @returns {import('./thread.js').ClaimedCall}
   */
  #read(record) {
    const { words } = this.#thread.heap.upTo(record + RECORD_BYTES);
    const at = record >>> 2;
    const method = this.#nameAt(words[at + Field.method]);
    /** @type {any[]} */
    let args = [];
    let unread;
    try {
      const { heap } = this.#thread;
      args = decode(heap, words[at + Field.payload], words[at + Field.argumentBytes]);
    } catch (error) {
      unread = { error }; // the engine has no memory for them
    }
    const key = args.shift();
    return {
      type: 'call',
      call: words[at + Field.index],
      generation: words[at + Field.generation],
      record,
      method,
      key,
      args,
      unread,
      transferResult: (words[at + Field.transferResult] & 0xff) !== 0,
    };
  }

  /** @param {number} method its address */
  #nameAt(method) {
    let name = this.#names.get(method);
    if (name === undefined) {
      const { heap } = this.#thread;
      const { words } = heap.upTo(method + 8);
      const at = method >>> 2;
      name = /** @type {string} */ (
        decodeOne(heap, words[at + MethodField.name], words[at + MethodField.nameBytes])
      );
      this.#names.set(method, name);
    }
    return name;
  }
}

/** @param {{ call: number, generation: number }} message */
function idsOf({ call, generation }) {
  return { call, generation };
}
