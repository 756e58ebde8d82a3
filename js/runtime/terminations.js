/** Ends the workers of cancelled calls whose handlers do not stop. */
export class Terminations {
  /** @type {Map<number, ReturnType<typeof setTimeout>>} by the call that was cancelled */
  #timers = new Map();
  #afterMs;
  #terminate;

  /**
   * @param {number | undefined} afterMs how long a handler may go on; undefined: for ever
   * @param {(worker: number) => void} terminate
   */
  constructor(afterMs, terminate) {
    this.#afterMs = afterMs;
    this.#terminate = terminate;
  }

  /**
   * @param {number} index a call that was cancelled while a worker holds it
   * @param {number} worker
   */
  schedule(index, worker) {
    if (this.#afterMs === undefined) return;
    const timer = setTimeout(() => {
      this.#timers.delete(index);
      this.#terminate(worker);
    }, this.#afterMs);
    this.#timers.set(index, timer);
  }

  /** @param {number} index a call that no worker holds any more */
  stop(index) {
    clearTimeout(this.#timers.get(index));
    this.#timers.delete(index);
  }
}
