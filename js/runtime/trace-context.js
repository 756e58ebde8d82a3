/**
 * How many microtasks after a result its trace stays active: enough for the promises that async
 * functions, `Promise.all` and the like put between a result and the code that awaits it. A chain
 * that is longer has no active trace.
 */
const HOPS = 64;

/**
 * Tells which trace the running code belongs to, without AsyncContext: the synchronous part of a
 * function that was run in a trace, and what follows from a result of ours.
 *
 * The latter rests on one rule of the event loop: a macrotask starts with an empty microtask queue.
 * A result is handed over in a macrotask of its own, with its trace active until the microtasks
 * that follow from it have run, so whatever runs meanwhile descends from that result. Hence one
 * result a macrotask, as long as any trace is open.
 * @template {object} T
 */
export class TraceContext {
  /** @type {T | undefined} */
  #active;
  /** @type {object | undefined} the open window; identity tells it from an earlier one */
  #window;
  /** @type {{ trace: T | undefined, settle: () => void }[]} */
  #waiting = [];
  #scheduled = false;
  #nextMacrotask;

  /** @param {(callback: () => void) => void} nextMacrotask */
  constructor(nextMacrotask) {
    this.#nextMacrotask = nextMacrotask;
  }

  /** The trace that the running code belongs to, as far as that is certain. */
  get active() {
    return this.#active;
  }

  /**
   * Runs `fn` with `trace` active during its synchronous part.
   * @template R
   * @param {T | undefined} trace
   * @param {() => R} fn
   * @returns {R}
   */
  run(trace, fn) {
    const previous = this.#active;
    this.#active = trace;
    try {
      return fn();
    } finally {
      this.#active = previous;
    }
  }

  /**
   * Settles a caller's promise so that what awaits it belongs to `trace`. To be called first in a
   * macrotask that settles nothing else.
   * @param {T | undefined} trace
   * @param {() => void} settle
   */
  handOver(trace, settle) {
    if (trace) this.#open(trace);
    settle();
  }

  /**
   * The same, from anywhere: in a macrotask of its own.
   * @param {T | undefined} trace
   * @param {() => void} settle
   */
  handOverLater(trace, settle) {
    this.#waiting.push({ trace, settle });
    this.#schedule();
  }

  /**
   * The same for the result of `inner` itself, which goes to its parent: if the running code is
   * known to follow from `inner`, at once.
   * @param {T} inner
   * @param {T | undefined} parent
   * @param {() => void} settle
   */
  handBack(inner, parent, settle) {
    if (this.#active === inner || this.#active === parent) {
      if (this.#window && parent) this.#open(parent);
      else this.#close();
      settle();
    } else {
      this.handOverLater(parent, settle);
    }
  }

  /** @param {T} trace */
  #open(trace) {
    const window = {};
    this.#window = window;
    this.#active = trace;
    let hops = HOPS;
    const hop = () => {
      if (this.#window !== window) return;
      if (hops-- > 0) queueMicrotask(hop);
      else this.#close();
    };
    queueMicrotask(hop);
  }

  #close() {
    this.#window = undefined;
    this.#active = undefined;
  }

  #schedule() {
    if (this.#scheduled || this.#waiting.length === 0) return;
    this.#scheduled = true;
    this.#nextMacrotask(() => {
      this.#scheduled = false;
      const next = this.#waiting.shift();
      this.#schedule();
      if (next) this.handOver(next.trace, next.settle);
    });
  }
}
