/** Watches, with one timer for all, that what is under way comes to its end. */
export class Watchdog {
  #timer;
  /** @type {Set<{ untilMs: number, bark: () => void }>} */
  #watches = new Set();

  constructor() {
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      for (const { untilMs, bark } of this.#watches) if (nowMs > untilMs) bark();
    }, 50);
  }

  /**
   * @param {Promise<unknown>} work that never rejects
   * @param {number} limitMs
   * @returns {Promise<boolean>} whether it ends in time
   */
  endsInTime(work, limitMs) {
    return new Promise((resolve) => {
      const watch = { untilMs: performance.now() + limitMs, bark: () => end(false) };
      const end = (/** @type {boolean} */ value) => {
        this.#watches.delete(watch);
        resolve(value);
      };
      this.#watches.add(watch);
      work.then(() => end(true));
    });
  }

  end() {
    clearInterval(this.#timer);
  }
}
