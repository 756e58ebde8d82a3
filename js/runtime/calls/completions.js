import { aligned, Field, RECORD_BYTES, Reply } from '../../shared/call-record.js';
import { decodeOne } from '../../shared/decode-values.js';
import { NONE } from '../core.js';
import { queueMicrotask } from '../../shared/timers.js';
import { outcomeOfReply } from './outcome.js';

/**
 * @typedef {object} CompletionListener the task of a call
 * @property {(index: number, generation: number, outcome: import('./outcome.js').Outcome)
 *   => void} complete
 * @property {() => void} runPendingActions after one or more of them
 */

/** So many polls in a row may find something; before the next one the event loop has its turn. */
const MOST_IN_A_ROW = 50;

/**
 * Settles the calls that the workers of one runtime have finished, as shared memory tells.
 *
 * In a later macrotask it uses the core only if it still has tasks, since they keep the runtime in memory.
 * Without tasks the runtime may be collected, and another one may get the core's addresses.
 */
export class Completions {
  #core;
  #heap;
  #nextMacrotask;
  #context;
  /** @type {Map<number, CompletionListener>} by their indices in the core */
  #tasks = new Map();
  /** @type {number[]} the task's index by the call's */
  #taskOf = [];
  /** The word that workers set and wake this thread by, if they do. @type {Int32Array | undefined} */
  #signal;
  /** The wait for that word, while it listens. @type {object | undefined} */
  #listening;
  /** Whether it is about to poll. */
  #polling = false;
  #inARow = 0;
  /** Tasks that have more to do when a worker has claimed a call. @type {Set<CompletionListener>} */
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
   * @param {CompletionListener} listener
   */
  add(task, listener) {
    this.#tasks.set(task, listener);
  }

  /**
   * Notes which task a call belongs to, and listens to the workers from now on. To be called before the
   * call is offered.
   * @param {number} index
   * @param {number} task
   */
  register(index, task) {
    this.#taskOf[index] = task;
    if (!this.#listening) this.#listen();
  }

  /**
   * Calls a task back as soon as a worker has claimed a call.
   * @param {CompletionListener} listener
   */
  onceClaimed(listener) {
    this.#awaiting.add(listener);
  }

  /**
   * Forgets a task of which no call is open any more.
   * @param {number} task
   */
  unregister(task) {
    const listener = this.#tasks.get(task);
    if (listener) this.#awaiting.delete(listener);
    this.#tasks.delete(task);
    if (this.#tasks.size > 0) return;
    this.#polling = false;
    this.#listening = undefined;
    if (this.#signal) Atomics.notify(this.#signal, 0);
  }

  /** Polls for finished calls when the running code has made all its calls. */
  pollSoon() {
    if (this.#polling || !this.#context.maySettleNow || !this.#core.beginPolling()) return;
    this.#polling = true;
    if (this.#inARow < MOST_IN_A_ROW) queueMicrotask(() => this.#poll());
    else {
      this.#inARow = 0;
      this.#inNextMacrotask(() => this.#poll());
    }
  }

  /** Settles the calls that workers have finished by now. */
  drain() {
    const core = this.#core;
    const listeners = this.#awaiting;
    this.#awaiting = new Set();
    /** @type {CompletionListener | undefined} */
    let listener;
    let last = NONE;
    let record = core.nextCompletion();
    try {
      for (; record !== 0; record = core.nextCompletion()) {
        const heap = this.#heap.upTo(record + RECORD_BYTES);
        const { words } = heap;
        const at = record >>> 2;
        const index = words[at + Field.index];
        const outcome = readOutcome(heap, at);
        const task = this.#taskOf[index];
        if (task !== last) {
          listener = /** @type {CompletionListener} */ (this.#tasks.get(task));
          listeners.add(listener);
          last = task;
        }
        listener?.complete(index, words[at + Field.generation], outcome);
      }
    } finally {
      if (record !== 0) this.#inNextMacrotask(() => this.drain()); // one must not stop the others
      for (const listener of listeners) listener.runPendingActions();
    }
  }

  #poll() {
    this.#polling = false;
    if (!this.#context.maySettleNow) {
      if (this.#core.endPolling()) this.#inNextMacrotask(() => this.drain());
      return;
    }
    if (this.#core.poll()) {
      this.#inARow += 1;
      this.drain();
      return;
    }
    if (this.#core.endPolling()) this.drain();
  }

  /** @param {() => void} callback is not called if there are no tasks by then */
  #inNextMacrotask(callback) {
    this.#nextMacrotask(() => {
      if (this.#tasks.size > 0) callback();
    });
  }

  #listen() {
    if (!this.#signal) return;
    const wait = (this.#listening = waitAsync(this.#signal, 0, 0));
    const heard = () => {
      if (this.#listening === wait) this.wake();
    };
    if (wait.async) wait.value.then(heard);
    else this.#nextMacrotask(heard); // there is something, and others have their turn
  }

  /** Is called in a macrotask when a worker has woken this thread. */
  wake() {
    this.#inARow = 0;
    try {
      this.drain();
    } finally {
      if (this.#tasks.size > 0) this.#listen();
    }
  }
}

/**
 * @param {import('../../shared/heap.js').Heap} heap
 * @param {number} at a record's address / 4
 * @returns {import('./outcome.js').Outcome}
 */
function readOutcome(heap, at) {
  const { words } = heap;
  try {
    const reply = words[at + Field.payload] + aligned(words[at + Field.argumentBytes]);
    const value = decodeOne(heap, reply, words[at + Field.replyBytes]);
    return outcomeOfReply(words[at + Field.reply] === Reply.error, value);
  } catch (error) {
    return { error }; // the engine has no memory for the value
  }
}

/** https://tc39.es/proposal-atomics-wait-async; where it is missing, workers wake by a message. */
const waitAsync = /** @type {any} */ (Atomics).waitAsync;
