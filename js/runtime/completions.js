import { Field, RECORD_BYTES } from '../shared/call-record.js';
import { decodeOne } from '../shared/value-codec.js';

/**
 * @typedef {object} Completion a call that a worker is done with, its reply having come through
 *   shared memory
 * @property {number} index
 * @property {number} generation
 * @property {number} reply Reply.result or Reply.error
 * @property {unknown} value
 */

/**
 * @typedef {object} CompletionTaker the task of a call
 * @property {(completion: Completion) => void} complete
 * @property {() => void} goOn after one or more of them
 */

/** Takes in the calls that the workers of one runtime are done with. */
export class Completions {
  #core;
  #heap;
  #nextMacrotask;
  /** @type {CompletionTaker[]} by the call's index */
  #takers = [];
  /** The word that workers set and wake this thread by. */
  #signal;
  #listening = false;
  #closed = false;

  /**
   * @param {import('./core.js').Core} core
   * @param {import('../shared/heap.js').Heap} heap
   * @param {(callback: () => void) => void} nextMacrotask
   */
  constructor(core, heap, nextMacrotask) {
    this.#core = core;
    this.#heap = heap;
    this.#nextMacrotask = nextMacrotask;
    this.#signal = new Int32Array(heap.bytes.buffer, core.signal(), 1);
    if (!waitAsync) core.setWakesByMessage(true);
  }

  /**
   * Listens to the workers from now on, and tells whose call this is. To be called before it is
   * offered.
   * @param {number} index
   * @param {CompletionTaker} taker
   */
  expect(index, taker) {
    this.#takers[index] = taker;
    if (!this.#listening) this.#listen();
  }

  /** Takes in what has been done by now. */
  drain() {
    const core = this.#core;
    /** @type {Set<CompletionTaker>} */
    const takers = new Set();
    for (let record = core.nextCompletion(); record !== 0; record = core.nextCompletion()) {
      const completion = this.#read(record);
      const taker = this.#takers[completion.index];
      takers.add(taker);
      taker.complete(completion);
    }
    for (const taker of takers) taker.goOn();
  }

  /** Ends the listening, which would keep the runtime in memory. */
  close() {
    this.#closed = true;
    Atomics.notify(this.#signal, 0);
  }

  #listen() {
    this.#listening = true;
    if (!waitAsync || this.#closed) return;
    const wait = waitAsync(this.#signal, 0, 0);
    if (wait.async) wait.value.then(() => this.#wake());
    else this.#nextMacrotask(() => this.#wake()); // there is something, and others have their turn
  }

  #wake() {
    this.drain();
    this.#listen();
  }

  /**
   * @param {number} record
   * @returns {Completion}
   */
  #read(record) {
    const heap = this.#heap.upTo(record + RECORD_BYTES);
    const { words } = heap;
    const at = record >>> 2;
    const payload = words[at + Field.payload] + words[at + Field.argumentBytes];
    return {
      index: words[at + Field.index],
      generation: words[at + Field.generation],
      reply: words[at + Field.reply],
      value: decodeOne(heap, payload, words[at + Field.replyBytes]),
    };
  }
}

/** https://tc39.es/proposal-atomics-wait-async; where it is missing, workers wake by a message. */
const waitAsync = /** @type {any} */ (Atomics).waitAsync;
