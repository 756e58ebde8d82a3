/** Random decisions, the same for the same seed. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed;
    for (let i = 0; i < 3; i++) this.next(); // small seeds begin alike
  }

  /** From 0 to 1. */
  next() {
    this.#state = (this.#state * 48271) % 2147483647;
    return this.#state / 2147483647;
  }

  /** @param {number} limit */
  below(limit) {
    return this.next() * limit;
  }

  /** @param {number} limit */
  int(limit) {
    return Math.floor(this.below(limit));
  }

  /** @param {number} probability */
  chance(probability) {
    return this.next() < probability;
  }

  /**
   * @template T
   * @param {readonly T[]} list
   * @returns {T}
   */
  pick(list) {
    return list[this.int(list.length)];
  }

  /** Another sequence, for what goes on at the same time. */
  fork() {
    return new Random(1 + this.int(2147483645));
  }
}
