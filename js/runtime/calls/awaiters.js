import { queueMicrotask } from '../../shared/timers.js';
import { appendCallers, takesCallers } from './caller-frames.js';

/**
 * @typedef {import('../traces/trace.js').TraceHandle} TraceHandle
 * @typedef {{ value: any } | { error: unknown, isThrown?: boolean }} Ending how a promise is settled;
 *   `isThrown` if a handler has thrown the error
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
   * Takes in that the running code reads the promise's `then`.
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
      const made = new Group((settle) => traces.context.give(trace, settle));
      group = made;
      if (this.#settled) {
        this.hear(promise, (ending) => made.settle(ending));
      } else {
        this.#groups ??= new Map();
        this.#groups.set(trace, group);
        then.call(promise, undefined, () => {}); // if it rejects, the group hears
      }
    }
    return group.thenFor(maybeAwait);
  }

  /**
   * Hears how the promise ends, in no trace.
   * @param {Promise<any>} promise
   * @param {(ending: Ending) => void} listener
   */
  hear(promise, listener) {
    then.call(
      promise,
      (value) => listener({ value }),
      (error) => listener({ error })
    );
  }

  /**
   * Ends the waiting, from anywhere.
   * @param {Ending} ending
   */
  answer(ending) {
    if (this.#settled) return;
    this.#settled = true;
    if ('error' in ending && ending.isThrown && takesCallers(ending.error))
      this.#findCallers(ending);
    else this.#answer(ending);
  }

  /** @param {{ error: unknown }} ending */
  #findCallers(ending) {
    queueMicrotask(() => {
      // By now, code that awaits the promise already has called its `then`.
      const [group] = this.#groups?.values() ?? [];
      const { resolve } = /** @type {Settlers} */ (group?.first ?? this.#settlers);
      appendCallers(ending.error, resolve);
      queueMicrotask(() => this.#answer(ending));
    });
  }

  /** @param {Ending} ending */
  #answer(ending) {
    const context = this.areGrouped || this.#groups ? this.#traces?.context : undefined;
    for (const group of this.#groups?.values() ?? []) group.settle(ending);
    this.#groups = undefined;
    if (context) context.give(undefined, () => this.#settle(ending));
    else this.#settle(ending);
  }

  /** @param {Ending} ending */
  #settle(ending) {
    if (this.#settlers) settleBy(this.#settlers, ending);
    this.#settlers = undefined;
  }
}

/** What the code of one trace awaits in the place of a promise. */
class Group {
  #give;
  /** In the order in which they came. @type {Settlers[]} */
  #settlers = [];
  /** @type {Ending | undefined} */
  #ending;

  /** @param {(settle: () => void) => void} give settles what the code of the trace awaits */
  constructor(give) {
    this.#give = give;
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
      const ending = this.#ending;
      if (ending) this.#give(() => settleBy(settlers, ending));
      else this.#settlers.push(settlers);
      return derived;
    };
  }

  get first() {
    return this.#settlers.at(0);
  }

  /** @param {Ending} ending */
  settle(ending) {
    this.#ending = ending;
    this.#give(() => {
      for (const settlers of this.#settlers) settleBy(settlers, ending);
    });
  }
}

/** @typedef {{ resolve: (value: any) => void, reject: (error: unknown) => void }} Settlers */

/**
 * @param {Settlers} settlers
 * @param {Ending} ending
 */
function settleBy({ resolve, reject }, ending) {
  if ('error' in ending) reject(ending.error);
  else resolve(ending.value);
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
