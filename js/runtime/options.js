/** @file What the runtime's functions accept. */
import { checkOptions, is as common, isObject, oneOf, wrong } from '../shared/check.js';
import { LONGEST_TIMER_MS } from './calls/cancellation.js';
import { CRASH_POLICIES, QUEUE_POLICIES } from './core.js';

/**
 * How many measures stay in the timeline: with so many, clearing one costs little beside making it, in
 * browsers (docs/decisions/0010-what-stays-in-the-timeline.md).
 */
const DEFAULT_RETAIN = 1000;

/** @typedef {import('../shared/check.js').Rule} Rule */

/** @type {Record<string, Rule>} */
const is = {
  ...common,
  string: { accepts: 'a string', test: (value) => typeof value === 'string' },
  name: {
    accepts: 'a non-empty string',
    test: (value) => typeof value === 'string' && value !== '',
  },
  workers: {
    accepts: 'a whole number from 1 to 1000',
    test: (value) => Number.isInteger(value) && value >= 1 && value <= 1_000, // no engine runs more
  },
  limit: {
    accepts: 'a whole number of at least 1, or Infinity',
    test: (value) =>
      value === Infinity || (Number.isInteger(value) && value >= 1 && value <= 0x7fffffff),
  },
  rate: {
    accepts: 'a number from 0 to 1',
    test: (value) => typeof value === 'number' && value >= 0 && value <= 1,
  },
  duration: {
    accepts: 'a number of milliseconds of at least 0, or Infinity',
    test: (value) => typeof value === 'number' && value >= 0,
  },
  number: { accepts: 'a finite number', test: Number.isFinite },
  amount: {
    accepts: 'a whole number of at least 0, or Infinity',
    test: (value) => value === Infinity || (Number.isInteger(value) && value >= 0),
  },
  transferables: { accepts: 'an array of transferable objects', test: Array.isArray },
};

/** @type {Rule} */
const wasmSource = {
  accepts: 'a URL, a string, the bytes of the module, or a WebAssembly.Module',
  test: (value) =>
    (typeof value === 'string' && value !== '') ||
    value instanceof URL ||
    value instanceof WebAssembly.Module ||
    ArrayBuffer.isView(value) ||
    Object.prototype.toString.call(value) === '[object ArrayBuffer]',
};

const RUNTIME = {
  spans: { accepts: 'true, false, or an object of span options', test: isSpans },
  isolation: oneOf('auto', 'required'),
  wasm: wasmSource,
};

const SPANS = {
  enabled: is.boolean,
  marks: is.boolean,
  sampleRate: is.rate,
  retain: is.amount,
  devtools: is.boolean,
};

const TASK = {
  type: oneOf('parallel', 'singleton'),
  worker: is.function,
  taskId: is.name,
  taskName: is.name,
  poolSize: is.workers,
  init: oneOf('lazy', 'eager'),
  maxInFlight: is.limit,
  maxQueueDepth: is.limit,
  queuePolicy: oneOf(...QUEUE_POLICIES),
  keyOf: is.function,
  timeoutMs: is.duration,
  terminateAfterMs: is.duration,
  idleTimeoutMs: is.duration,
  startTimeoutMs: is.duration,
  crashPolicy: oneOf(...CRASH_POLICIES),
  crashMaxRetries: is.amount,
};

const DISPATCH = {
  signal: is.signal,
  key: is.string,
  timeoutMs: is.duration,
  priority: is.number,
  onProgress: is.function,
  trace: {
    accepts: 'a trace of the same runtime',
    test: (/** @type {any} */ value) => isObject(value) && typeof value.id === 'string',
  },
  transfer: is.transferables,
  transferResult: is.boolean,
};

const SUBSCRIPTION = {
  intervalMs: {
    accepts: `a number of milliseconds above 0, at most ${LONGEST_TIMER_MS}`,
    test: (/** @type {any} */ value) =>
      typeof value === 'number' && value > 0 && value <= LONGEST_TIMER_MS,
  },
  emitImmediately: is.boolean,
  onlyOnChange: is.boolean,
};

const FILTER = { traceId: is.name, taskId: is.name, spanId: is.name };

/** @param {any} value */
function isSpans(value) {
  return typeof value === 'boolean' || isObject(value);
}

/**
 * @param {import('../types.js').RuntimeOptions} options
 */
export function checkRuntimeOptions(options) {
  checkOptions('createTaskRuntime()', options, RUNTIME);
  const spans = options.spans ?? true;
  if (typeof spans === 'object') checkOptions('createTaskRuntime()', spans, SPANS, 'spans.');
  const given = typeof spans === 'object' ? spans : { enabled: spans };
  return {
    enabled: given.enabled ?? true,
    marks: given.marks ?? true,
    sampleRate: given.sampleRate ?? 1,
    retain: given.retain ?? DEFAULT_RETAIN,
    devtools: given.devtools ?? false,
  };
}

/**
 * @param {import('../types.js').TaskConfig} config
 */
export function checkTaskConfig(config) {
  checkOptions('defineTask()', config, TASK);
  for (const required of /** @type {const} */ (['type', 'worker'])) {
    if (config[required] === undefined) {
      throw new TypeError(
        `defineTask(): option '${required}' is required; it accepts ${TASK[required].accepts}.`
      );
    }
  }
  if (config.type === 'singleton' && (config.poolSize ?? 1) !== 1) {
    throw wrong('defineTask()', "option 'poolSize'", config.poolSize, '1 for a singleton');
  }
}

/**
 * @param {import('../types.js').DispatchOptions} options
 */
export function checkDispatchOptions(options) {
  checkOptions('with()', options, DISPATCH);
  const { transfer = [] } = options;
  const at = transfer.findIndex((value) => !isObject(value));
  if (at >= 0) {
    throw wrong('with()', `option 'transfer[${at}]'`, transfer[at], 'a transferable object');
  }
}

/**
 * @param {import('../types.js').MeasureFilter} filter
 */
export function checkMeasureFilter(filter) {
  checkOptions('clearMeasures()', filter, FILTER);
}

/**
 * @param {import('../types.js').SnapshotSubscriptionOptions} options
 */
export function checkSubscriptionOptions(options) {
  checkOptions('subscribeRuntimeSnapshot()', options, SUBSCRIPTION);
}
