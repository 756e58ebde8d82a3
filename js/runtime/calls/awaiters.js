import { queueMicrotask } from '../../shared/timers.js';
import { appendCallers, takesCallers } from './caller-frames.js';

/**
 * @typedef {import('../traces/trace.js').TraceHandle} TraceHandle
 * @typedef {import('./outcome.js').Outcome} Outcome
 */

/**
 * What a promise has to know of the traces.
 * @typedef {object} TraceLookup
 * @property {boolean} anyOpen
 * @property {import('../traces/trace-context.js').CertainTrace} active the trace of the running code
 * @property {import('../traces/trace-context.js').TraceContext} context
 */

const { then } = Promise.prototype;

/**
 * Those who await one promise, grouped by the trace that they are in, so that each group can be answered
 * by itself (trace-context.js). Does not hold the promise itself.
 */
export class Awaiters {
  #traces;
  /** They hold the promise, and that its value. @type {Settlers | undefined} */
  #settlers;
  #settled = false;
  /** @type {Map<TraceHandle, Group> | undefined} */
  #groups;

  /**
   * @param {TraceLookup | undefined} traces undefined if the platform keeps the trace by itself
   * @param {Settlers} settlers of the promise itself
   */
  constructor(traces, settlers) {
    this.#traces = traces;
    this.#settlers = settlers;
  }

  get traces() {
    return this.#traces;
  }

  /** Whether the running code may have to `join` those that await the promise. */
  get areGrouped() {
    return this.#traces?.anyOpen === true;
  }

  /**
   * Is called when the running code reads the promise's `then`.
   * @param {Promise<any>} promise
   * @param {boolean} maybeAwait whether that may be an `await`
   * @returns {Function | undefined} what that is, if it is not a promise's own
   */
  join(promise, maybeAwait) {
    const traces = this.areGrouped ? this.#traces : undefined;
    const trace = traces?.active ?? undefined;
    if (!traces || !trace) return undefined;
    if (maybeAwait) traces.context.noteAwait();
    let group = this.#groups?.get(trace);
    if (!group) {
      const made = new Group((settle) => traces.context.settleIn(trace, settle));
      group = made;
      if (this.#settled) {
        this.hear(promise, (outcome) => made.settle(outcome));
      } else {
        this.#groups ??= new Map();
        this.#groups.set(trace, group);
        then.call(promise, undefined, () => {}); // if it rejects, the group hears
      }
    }
    return group.thenFor(maybeAwait);
  }

  /**
   * Calls a listener when the promise settles, in no trace.
   * @param {Promise<any>} promise
   * @param {(outcome: Outcome) => void} listener
   */
  hear(promise, listener) {
    then.call(
      promise,
      (value) => listener({ value }),
      (error) => listener({ error })
    );
  }

  /**
   * Settles the promise, in no trace for code that has not joined.
   * @param {Outcome} outcome
   */
  settle(outcome) {
    if (this.#settled) return;
    this.#settled = true;
    if ('error' in outcome && outcome.isThrown && takesCallers(outcome.error))
      this.#findCallers(outcome);
    else this.#settleAll(outcome);
  }

  /** @param {{ error: unknown }} outcome */
  #findCallers(outcome) {
    queueMicrotask(() => {
      // By now, code that awaits the promise already has called its `then`.
      const [group] = this.#groups?.values() ?? [];
      const { resolve } = /** @type {Settlers} */ (group?.first ?? this.#settlers);
      appendCallers(outcome.error, resolve);
      queueMicrotask(() => this.#settleAll(outcome));
    });
  }

  /** @param {Outcome} outcome */
  #settleAll(outcome) {
    const context = this.areGrouped || this.#groups ? this.#traces?.context : undefined;
    for (const group of this.#groups?.values() ?? []) group.settle(outcome);
    this.#groups = undefined;
    if (context) context.settleIn(undefined, () => this.#settlePromise(outcome));
    else this.#settlePromise(outcome);
  }

  /** @param {Outcome} outcome */
  #settlePromise(outcome) {
    if (this.#settlers) settleBy(this.#settlers, outcome);
    this.#settlers = undefined;
  }
}

/** What the code of one trace awaits in the place of a promise. */
class Group {
  #settleIn;
  /** In the order in which they came. @type {Settlers[]} */
  #settlers = [];
  /** @type {Outcome | undefined} */
  #outcome;

  /** @param {(settle: () => void) => void} settleIn settles what the code of the trace awaits */
  constructor(settleIn) {
    this.#settleIn = settleIn;
  }

  /**
   * What `then` is for code that reads it now.
   * @param {boolean} maybeAwait whether an `await` may have read it
   * @returns {Function}
   */
  thenFor(maybeAwait) {
    // `await` calls it in a microtask of its own, with functions of the engine's. What awaits goes on
    // in the microtask that these queue.
    let isNow = true;
    if (maybeAwait) queueMicrotask(() => (isNow = false));
    return (/** @type {any} */ resolve, /** @type {any} */ reject) => {
      const { promise, settlers } = isNow ? defer(Promise) : { settlers: { resolve, reject } };
      const derived = promise?.then(resolve, reject);
      const outcome = this.#outcome;
      if (outcome) this.#settleIn(() => settleBy(settlers, outcome));
      else this.#settlers.push(settlers);
      return derived;
    };
  }

  get first() {
    return this.#settlers.at(0);
  }

  /** @param {Outcome} outcome */
  settle(outcome) {
    this.#outcome = outcome;
    this.#settleIn(() => {
      for (const settlers of this.#settlers) settleBy(settlers, outcome);
    });
  }
}

/** @typedef {{ resolve: (value: any) => void, reject: (error: unknown) => void }} Settlers */

/**
 * @param {Settlers} settlers
 * @param {Outcome} outcome
 */
function settleBy({ resolve, reject }, outcome) {
  if ('error' in outcome) reject(outcome.error);
  else resolve(outcome.value);
}

/** @type {Settlers | undefined} */
let kept;

/**
 * What `new Promise` calls, without a closure for each.
 * @param {(value: any) => void} resolve
 * @param {(error: unknown) => void} reject
 */
function keep(resolve, reject) {
  kept = { resolve, reject };
}

/**
 * @template {Promise<any>} P
 * @param {new (executor: typeof keep) => P} Class
 */
export function defer(Class) {
  const promise = new Class(keep);
  const settlers = /** @type {Settlers} */ (kept);
  kept = undefined; // they hold the promise, and that its value
  return { promise, settlers };
}
