/**
 * How many microtasks after a result its trace stays active: enough for the promises that async
 * functions, `Promise.all` and the like put between a result and the code that awaits it. A chain
 * that is longer has no active trace.
 */
const HOPS = 100;

/**
 * Whether a macrotask may start with microtasks of something else, so that it has to let them run
 * first: in JavaScriptCore, whose errors have this property, what the platform has resolved
 * (Atomics.waitAsync, a response's body) goes on in whatever macrotask comes next.
 */
const MAY_START_LATE = Object.hasOwn(new Error(), 'sourceURL');

/** How many contexts, of whatever runtime, have a window open now. */
let openWindows = 0;

/**
 * @typedef {import('./call-promise.js').Answer} Answer
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 * @typedef {import('./trace-context.js').TraceContext} TraceContext
 */

/**
 * The trace context of a platform without AsyncContext: it knows the synchronous part of a function
 * that was run in a trace, and what follows from a result of ours.
 *
 * The latter rests on one rule of the event loop: a macrotask starts with an empty microtask queue.
 * Those who await a result in one trace are answered in a macrotask of their own, with that trace
 * active until the microtasks that follow have run, so whatever runs meanwhile descends from that
 * answer.
 * @implements {TraceContext}
 */
export class MicrotaskContext {
  needsGroups = true;
  /** @type {TraceHandle | undefined} */
  #active;
  /** @type {object | undefined} the open window; identity tells it from an earlier one */
  #window;
  /** @type {Answer[]} */
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

  get mayAnswerNow() {
    return openWindows === 0;
  }

  /**
   * Runs `fn` with `trace` active during its synchronous part.
   * @template R
   * @param {TraceHandle | undefined} trace
   * @param {() => R} fn
   * @returns {R}
   */
  run(trace, fn) {
    const previous = this.#active;
    this.#active = trace;
    this.#endWindow(); // what follows in it may be of `fn` or not
    try {
      return fn();
    } finally {
      this.#active = previous;
    }
  }

  /** @param {Answer[]} answers */
  give([first, ...others]) {
    if (!first) return;
    if (MAY_START_LATE && first.trace) {
      this.#giveAlone(first);
    } else {
      this.#open(first.trace);
      first.settle();
    }
    if (others.length > 0) this.giveLater(others);
  }

  /** @param {Answer[]} answers */
  giveLater(answers) {
    this.#waiting.push(...answers);
    this.#schedule();
  }

  /**
   * At once, if the running code is known to follow from `inner`, and only its parent is answered.
   * @param {TraceHandle} inner
   * @param {Answer[]} answers
   */
  giveBack(inner, answers) {
    const known = this.#active === inner || this.#active === inner.parent;
    if (known && answers.length === 1 && answers[0].trace === inner.parent) {
      this.#open(this.#window && inner.parent);
      answers[0].settle();
    } else {
      this.giveLater(answers);
    }
  }

  rest() {}

  /**
   * Gives an answer when the microtasks that there are have run.
   * @param {Answer} answer
   */
  #giveAlone(answer) {
    this.#close();
    openWindows += 1; // of nobody: nobody else may answer meanwhile
    let hops = HOPS;
    const hop = () => {
      if (hops-- > 0) {
        queueMicrotask(hop);
        return;
      }
      openWindows -= 1;
      this.#open(answer.trace);
      answer.settle();
    };
    hop();
  }

  /** Ends the open window with the running code's synchronous part. */
  #endWindow() {
    const window = this.#window;
    if (!window) return;
    queueMicrotask(() => {
      if (this.#window === window) this.#close();
    });
  }

  /** @param {TraceHandle | undefined} trace */
  #open(trace) {
    this.#close();
    if (!trace) return;
    const window = {};
    this.#window = window;
    openWindows += 1;
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
    if (this.#window) openWindows -= 1;
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
      if (next) this.give([next]);
    });
  }
}
