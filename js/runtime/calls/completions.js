import { Field, RECORD_BYTES, Reply } from '../../shared/call-record.js';
import { decodeError } from '../../shared/error-codec.js';
import { decodeOne } from '../../shared/value-codec.js';
import { NONE } from '../core.js';
import { queueMicrotask } from '../../shared/timers.js';

/** @typedef {import('./awaiters.js').Ending} Ending */

/**
 * @typedef {object} CompletionTaker the task of a call
 * @property {(index: number, generation: number, ending: Ending) => void} complete
 * @property {() => void} goOn after one or more of them
 */

/** So often in a row a look may be of use; before the next one the event loop has its turn. */
const MOST_IN_A_ROW = 50;

/** Takes in the calls that the workers of one runtime are done with. */
export class Completions {
  #core;
  #heap;
  #nextMacrotask;
  #context;
  /** @type {Map<number, CompletionTaker>} by their indices in the core */
  #tasks = new Map();
  /** @type {number[]} the task's index by the call's */
  #taskOf = [];
  /** The word that workers set and wake this thread by, if they do. @type {Int32Array | undefined} */
  #signal;
  #listening = false;
  #closed = false;
  /** Whether it is about to look. */
  #looking = false;
  #inARow = 0;
  /** Those that go on when a worker has claimed a call. @type {Set<CompletionTaker>} */
  #awaiting = new Set();

  /**
   * @param {import('../core.js').Core} core
   * @param {import('../../shared/heap.js').Heap} heap
   * @param {(callback: () => void) => void} nextMacrotask
   * @param {import('../traces/trace-context.js').TraceContext} context
   * @param {import('../../types.js').RuntimeMode} mode by messages, there is nothing here to listen to
   */
  constructor(core, heap, nextMacrotask, context, mode) {
    this.#context = context;
    this.#core = core;
    this.#heap = heap;
    this.#nextMacrotask = nextMacrotask;
    if (mode === 'messages') return;
    if (waitAsync) this.#signal = new Int32Array(heap.bytes.buffer, core.signal(), 1);
    else core.setWakesByMessage(true);
  }

  /**
   * @param {number} task
   * @param {CompletionTaker} taker
   */
  add(task, taker) {
    this.#tasks.set(task, taker);
  }

  /**
   * Listens to the workers from now on, and tells whose call this is. To be called before it is
   * offered.
   * @param {number} index
   * @param {number} task
   */
  expect(index, task) {
    this.#taskOf[index] = task;
    if (!this.#listening) this.#listen();
  }

  /**
   * Has a task go on as soon as a worker has claimed a call.
   * @param {CompletionTaker} taker
   */
  expectClaim(taker) {
    this.#awaiting.add(taker);
  }

  /**
   * Lets go of a task of which no call is open any more.
   * @param {number} task
   */
  forget(task) {
    const taker = this.#tasks.get(task);
    if (taker) this.#awaiting.delete(taker);
    this.#tasks.delete(task);
  }

  /** Looks for what is done with soon, when the running code has made all its calls. */
  lookSoon() {
    if (this.#looking || !this.#context.mayAnswerNow || !this.#core.startLooking()) return;
    this.#looking = true;
    if (this.#inARow < MOST_IN_A_ROW) queueMicrotask(() => this.#look());
    else {
      this.#inARow = 0;
      this.#nextMacrotask(() => this.#look());
    }
  }

  /** Takes in what has been done by now. */
  drain() {
    const core = this.#core;
    const takers = this.#awaiting;
    this.#awaiting = new Set();
    /** @type {CompletionTaker | undefined} */
    let taker;
    let last = NONE;
    let record = core.nextCompletion();
    try {
      for (; record !== 0; record = core.nextCompletion()) {
        const heap = this.#heap.upTo(record + RECORD_BYTES);
        const { words } = heap;
        const at = record >>> 2;
        const index = words[at + Field.index];
        const reply = words[at + Field.payload] + words[at + Field.argumentBytes];
        const value = decodeOne(heap, reply, words[at + Field.replyBytes]);
        const failed = words[at + Field.reply] === Reply.error;
        const task = this.#taskOf[index];
        if (task !== last) {
          taker = /** @type {CompletionTaker} */ (this.#tasks.get(task));
          takers.add(taker);
          last = task;
        }
        const ending = failed ? { error: decodeError(value), isThrown: true } : { value };
        taker?.complete(index, words[at + Field.generation], ending);
      }
    } finally {
      if (record !== 0) this.#nextMacrotask(() => this.drain()); // one must not stop the others
      for (const taker of takers) taker.goOn();
    }
  }

  /** Ends the listening, which would keep the runtime in memory. */
  close() {
    this.#closed = true;
    if (this.#signal) Atomics.notify(this.#signal, 0);
  }

  #look() {
    this.#looking = false;
    if (!this.#context.mayAnswerNow) {
      if (this.#core.stopLooking()) this.#nextMacrotask(() => this.drain());
      return;
    }
    if (this.#core.look()) {
      this.#inARow += 1;
      this.drain();
      return;
    }
    if (this.#core.stopLooking()) this.drain();
  }

  #listen() {
    this.#listening = true;
    if (!this.#signal || this.#closed) return;
    const wait = waitAsync(this.#signal, 0, 0);
    if (wait.async) wait.value.then(() => this.wake());
    else this.#nextMacrotask(() => this.wake()); // there is something, and others have their turn
  }

  /** Takes in that a worker has woken this thread, in a macrotask. */
  wake() {
    this.#inARow = 0;
    try {
      this.drain();
    } finally {
      this.#listen();
    }
  }
}

/** https://tc39.es/proposal-atomics-wait-async; where it is missing, workers wake by a message. */
const waitAsync = /** @type {any} */ (Atomics).waitAsync;
