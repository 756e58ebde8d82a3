/// <reference lib="esnext.disposable" preserve="true" />

/**
 * A telemetry store like that of the old design, for a dashboard that does not observe the timeline
 * yet. It reads the runtime's entries, and does not need the runtime.
 * @module atelier-wasm/compat
 */

import { checkOptions } from '../shared/check.js';

/**
 * Options of createTelemetryStore().
 * @typedef {object} TelemetryStoreOptions
 * @property {number} [maxSamples] how many of each task's newest calls the percentiles cover. The store
 *   keeps three numbers for each of these calls, and nothing else that grows. Default: `1000`
 */

/**
 * @typedef {object} Percentiles in ms, by nearest rank, so each is the time of one of the calls
 * @property {number} p50
 * @property {number} p95
 */

/**
 * How many calls ended how.
 * @typedef {object} TelemetryCounts
 * @property {number} count calls that have settled
 * @property {number} ok
 * @property {number} error
 * @property {number} canceled
 */

/**
 * The percentiles cover all settled calls, failed and cancelled ones too. Those of `executionMs` cover
 * only calls whose handler has ended.
 * @typedef {object} TelemetryTimes
 * @property {string} taskId the task; tasks of the same taskId count as one, across runtimes too
 * @property {string} [taskName]
 * @property {Percentiles} durationMs from the call to its settling
 * @property {Percentiles} queueWaitMs from the call until a worker claimed it
 * @property {Percentiles} [executionMs] of the handler itself; absent as long as none has ended
 * @property {string} [lastError] the error of the newest failed call; absent if none has failed
 */

/**
 * The counts and percentiles of a task.
 * @typedef {TelemetryCounts & TelemetryTimes} TaskTelemetry
 */

/**
 * The counts of all calls, and `tasks` by their taskId.
 * @typedef {TelemetryCounts & { tasks: Record<string, TaskTelemetry> }} TelemetryState
 */

/**
 * What createTelemetryStore() gives you.
 * @typedef {Readonly<TelemetryStoreMembers> & Disposable} TelemetryStore
 */

/**
 * What a store has.
 * @typedef {object} TelemetryStoreMembers
 * @property {() => TelemetryState} getState returns the present numbers, which include every settled
 *   call
 * @property {() => void} reset forgets all calls that have settled
 * @property {() => void} dispose stops observing; the numbers stay as they are; idempotent
 */

const SPAN = 'atelier:span:';

const OPTIONS = {
  maxSamples: {
    accepts: 'a whole number of at least 1',
    test: (/** @type {any} */ value) => Number.isSafeInteger(value) && value >= 1,
  },
};

/** Engines without `using` have no such symbol yet. */
const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/**
 * Makes a store of counts and percentiles like that of the old design. It reads the entries in this
 * thread's performance timeline, those that are there already included, so calls that `spans` leaves out
 * of the timeline are missing. Dispose the store when you do not need it any more.
 * @example
 * ```js
 * const store = createTelemetryStore();
 * console.log(store.getState().tasks.resize?.durationMs.p95);
 * ```
 * @deprecated Read the timeline with a PerformanceObserver: docs/migration.md shows how.
 * @param {TelemetryStoreOptions} [options]
 * @returns {TelemetryStore}
 * @throws {TypeError} when an option is wrong
 */
export function createTelemetryStore(options = {}) {
  checkOptions('createTelemetryStore()', options, OPTIONS);
  const { maxSamples = 1000 } = options;
  /** @type {Map<string, TaskTally>} */
  const tallies = new Map();
  let total = noCalls();

  const take = (/** @type {PerformanceEntryList} */ entries) => {
    for (const span of spansOf(entries)) {
      const { taskId, status } = span.detail;
      count(total, status);
      if (!tallies.has(taskId)) tallies.set(taskId, new TaskTally(maxSamples));
      tallies.get(taskId)?.add(span);
    }
  };
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ type: 'measure', buffered: true });

  const store = {
    getState() {
      take(observer.takeRecords());
      const tasks = [...tallies].map(([taskId, tally]) => [taskId, tally.read()]);
      return { ...total, tasks: Object.fromEntries(tasks) };
    },
    reset() {
      observer.takeRecords();
      tallies.clear();
      total = noCalls();
    },
    dispose() {
      take(observer.takeRecords());
      observer.disconnect();
    },
  };
  return /** @type {any} */ (Object.assign(store, { [DISPOSE]: store.dispose }));
}

/** The counts and the newest times of one task. */
class TaskTally {
  #counts = noCalls();
  #duration;
  #queueWait;
  #execution;
  /** @type {any} the newest call's */
  #detail;
  /** @type {string | undefined} */
  #lastError;

  /** @param {number} maxSamples */
  constructor(maxSamples) {
    this.#duration = new Samples(maxSamples);
    this.#queueWait = new Samples(maxSamples);
    this.#execution = new Samples(maxSamples);
  }

  /** @param {PerformanceMeasure} span */
  add({ duration, detail }) {
    this.#detail = detail;
    count(this.#counts, detail.status);
    this.#duration.add(duration);
    this.#queueWait.add(detail.queueWaitMs);
    if (detail.executionMs !== undefined) this.#execution.add(detail.executionMs);
    if (detail.status === 'error') this.#lastError = detail.error;
  }

  /** @returns {TaskTelemetry} */
  read() {
    const { taskId, taskName } = this.#detail;
    const executionMs = this.#execution.percentiles();
    return {
      taskId,
      ...(taskName !== undefined && { taskName }),
      ...this.#counts,
      durationMs: /** @type {Percentiles} */ (this.#duration.percentiles()),
      queueWaitMs: /** @type {Percentiles} */ (this.#queueWait.percentiles()),
      ...(executionMs && { executionMs }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    };
  }
}

/** The newest numbers of a series. */
class Samples {
  #size;
  /** @type {number[]} */
  #values = [];
  #next = 0;

  /** @param {number} size */
  constructor(size) {
    this.#size = size;
  }

  /** @param {number} value */
  add(value) {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % this.#size;
  }

  /** @returns {Percentiles | undefined} */
  percentiles() {
    const sorted = Float64Array.from(this.#values).sort();
    if (sorted.length === 0) return undefined;
    const at = (/** @type {number} */ percent) =>
      sorted[Math.ceil((percent * sorted.length) / 100) - 1];
    return { p50: at(50), p95: at(95) };
  }
}

/**
 * The spans among some entries, in the order in which they ended: observers get entries in the order
 * of their starts.
 * @param {PerformanceEntryList} entries
 */
function spansOf(entries) {
  return /** @type {PerformanceMeasure[]} */ (entries)
    .filter(({ name, detail }) => name.startsWith(SPAN) && detail?.taskId !== undefined)
    .sort((a, b) => a.startTime + a.duration - (b.startTime + b.duration));
}

/** @returns {TelemetryCounts} */
const noCalls = () => ({ count: 0, ok: 0, error: 0, canceled: 0 });

/**
 * @param {TelemetryCounts} counts
 * @param {'ok' | 'error' | 'canceled'} status
 */
function count(counts, status) {
  counts.count += 1;
  counts[status] += 1;
}
