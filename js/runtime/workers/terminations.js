import { clearTimeout, setTimeout } from '../../shared/timers.js';

/** Ends the workers of cancelled calls whose handlers do not stop. */
export class Terminations {
  /** @type {Map<number, ReturnType<typeof setTimeout>>} by the call that was cancelled */
  #timers = new Map();
  #afterMs;
  #listeners;

  /**
   * @param {number | undefined} afterMs how long a handler may go on; undefined: for ever
   * @param {object} listeners
   * @param {(callback: () => void) => void} listeners.nextMacrotask
   * @param {() => void} listeners.poll settles what workers have finished by now
   * @param {(worker: number) => void} listeners.terminate
   */
  constructor(afterMs, listeners) {
    this.#afterMs = afterMs;
    this.#listeners = listeners;
  }

  /**
   * @param {number} index a call that was cancelled while a worker holds it
   * @param {number} worker
   */
  schedule(index, worker) {
    if (this.#afterMs === undefined) return;
    const { nextMacrotask, poll, terminate } = this.#listeners;
    const end = () => {
      poll();
      if (this.#timers.get(index) !== timer) return;
      this.#timers.delete(index);
      terminate(worker);
    };
    // If this thread was busy, the reply may have come in time: the poll finds it.
    const timer = setTimeout(() => nextMacrotask(end), this.#afterMs);
    this.#timers.set(index, timer);
  }

  /** @param {number} index a call that no worker holds any more */
  stop(index) {
    clearTimeout(this.#timers.get(index));
    this.#timers.delete(index);
  }
}
