/**
 * The queue as the documentation has it: of the pending calls the highest priority is served first,
 * and the oldest within one; but every eighth call that is served is the oldest of all. Waiting callers are
 * accepted by the same rule, counted anew whenever callers begin to wait.
 */
export class QueueModel {
  #policy;
  #capacity;
  #inFlight;
  #served;
  #admitted = 0;
  /** @type {{ id: number, priority: number }[]} in the order in which they were accepted */
  #pending = [];
  /** @type {{ id: number, priority: number }[]} callers that wait to be accepted, likewise */
  #waiting = [];
  /** How calls have ended that do not run, by their ids. @type {Map<number, string>} */
  ends = new Map();

  /**
   * @param {import('./case.js').QueuePlan} plan
   * @param {{ inFlight: number, served: number }} before
   */
  constructor({ queuePolicy, maxInFlight, maxQueueDepth }, { inFlight, served }) {
    this.#policy = queuePolicy;
    this.#capacity = maxInFlight + maxQueueDepth;
    this.#inFlight = inFlight;
    this.#served = served;
  }

  /** Whether some call is yet to be served. */
  get isEmpty() {
    return this.#pending.length + this.#waiting.length === 0;
  }

  /**
   * @param {number} id
   * @param {number} priority
   */
  call(id, priority) {
    const call = { id, priority };
    if (this.#hasRoom) this.#pending.push(call);
    else if (this.#policy === 'block') this.#wait(call);
    else if (this.#policy === 'reject') this.ends.set(id, 'QueueFullError');
    else if (this.#policy === 'drop-latest' || this.#pending.length === 0) {
      this.ends.set(id, 'QueueDropError');
    } else {
      this.ends.set(this.#pending[0].id, 'QueueDropError');
      this.#pending.shift();
      this.#pending.push(call);
    }
  }

  /** @param {number} id of a call that may be over */
  cancel(id) {
    const isIt = (/** @type {{ id: number }} */ call) => call.id === id;
    for (const list of [this.#pending, this.#waiting]) {
      const at = list.findIndex(isIt);
      if (at < 0) continue;
      list.splice(at, 1);
      this.ends.set(id, 'AbortError');
      this.admit();
    }
  }

  /**
   * Accepts the caller whose turn it is.
   * @returns {boolean} whether there is one, and room for it
   */
  admit() {
    const call = turn(this.#waiting, this.#admitted);
    if (!call || !this.#hasRoom) return false;
    this.#waiting.splice(this.#waiting.indexOf(call), 1);
    this.#pending.push(call);
    this.#admitted += 1;
    return true;
  }

  /** @param {{ id: number, priority: number }} call */
  #wait(call) {
    if (this.#waiting.length === 0) this.#admitted = 0;
    this.#waiting.push(call);
  }

  /** @returns {number | undefined} the id of the call whose turn it is */
  get next() {
    return turn(this.#pending, this.#served)?.id;
  }

  /** Serves that call. */
  serve() {
    const at = this.#pending.findIndex(({ id }) => id === this.next);
    this.#pending.splice(at, 1);
    this.#served += 1;
    this.#inFlight += 1;
  }

  /** Takes in that a call which was served is done. */
  finish() {
    this.#inFlight -= 1;
  }

  get #hasRoom() {
    return this.#pending.length + this.#inFlight < this.#capacity;
  }
}

/**
 * Finds the call whose turn it is.
 * @param {{ id: number, priority: number }[]} calls the oldest first
 * @param {number} before how many have had their turn
 */
function turn([oldest, ...others], before) {
  if (!oldest || (before + 1) % 8 === 0) return oldest;
  let first = oldest;
  for (const call of others) if (call.priority > first.priority) first = call;
  return first;
}
