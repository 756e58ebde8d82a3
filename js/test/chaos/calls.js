/** @file The calls of the chaos run: of which kinds they are, and how they may end. */

/** @typedef {import('./random.js').Random} Random */

/**
 * A task with what was done to it.
 * @typedef {object} Subject
 * @property {any} task
 * @property {any} config
 * @property {number} calls
 * @property {boolean} disposed
 */

/**
 * What is known of a call besides its span.
 * @typedef {object} CallRecord
 * @property {Subject} subject
 * @property {string} method
 * @property {Kind} kind
 * @property {number} number
 * @property {boolean} late made when its task was disposed
 * @property {string[]} cancellations the names that its cancellation may have
 * @property {{ id: string, certain: boolean } | undefined} trace
 * @property {any} [start] the detail of its start mark
 * @property {string} outcome 'ok', or the name of the error
 */

/**
 * @typedef {object} Kind
 * @property {string} method
 * @property {any[] | ((number: number, random: Random) => any[])} args
 * @property {(value: any, number: number) => boolean} [returns] absent if it never returns
 * @property {import('atelier-wasm').DispatchOptions} [options]
 * @property {string} [throws] the name of the error that it throws
 * @property {boolean} [stream] whether it is a generator, of the numbers from 0 on
 */

/** @type {Kind[]} */
export const CALM = [
  {
    method: 'add',
    args: (number) => [number, 1],
    returns: (value, number) => value === number + 1,
  },
  {
    method: 'later',
    args: (number, random) => [number, random.below(5)],
    returns: (value, number) => value === number,
  },
  { method: 'busy', args: (_, random) => [random.below(2)], returns: ({ ms }) => ms >= 0 },
  {
    method: 'echo',
    args: (number) => [{ bytes: new Uint8Array(100).fill(number) }],
    returns: ({ bytes }, number) => bytes.length === 100 && bytes[99] === number % 256,
  },
  {
    method: 'echo',
    args: (number) => [new Uint8Array(1000 * (number % 100)).fill(number)],
    options: { transfer: [], transferResult: false },
    returns: (value, number) =>
      value.length === 1000 * (number % 100) &&
      value.every((/** @type {number} */ byte) => byte === number % 256),
  },
  {
    method: 'echo',
    args: (number) => ['x'.repeat(100 * (number % 100)) + number],
    returns: (value, number) => value === 'x'.repeat(100 * (number % 100)) + number,
  },
  { method: 'steps', args: (_, random) => [random.int(6)], returns: (value) => value === 'done' },
  {
    method: 'count',
    args: (_, random) => [random.int(30)],
    returns: (value) => value === 'all',
    stream: true,
  },
  { method: 'fail', args: [], throws: 'RangeError' },
  { method: 'failLater', args: [], throws: 'AppError' },
  { method: 'echo', args: [() => {}], throws: 'DataCloneError' },
  { method: 'noSuchMethod', args: [], throws: 'UnknownMethodError' },
];
/** @type {Kind} */
export const HANG = { method: 'hang', args: [] };
/** @type {Kind} */
export const THROW_OUTSIDE = { method: 'throwOutside', args: [] };
/** @type {Kind} */
export const END = { method: 'end', args: [] };

/** @param {CallRecord} record */
export function show({ number, method, subject, outcome, cancellations }) {
  const { taskId, queuePolicy, crashPolicy } = subject.config;
  const how = [taskId, queuePolicy, crashPolicy, ...cancellations].join(', ');
  return `call ${number}, ${method}() of ${how}: ${outcome || 'open'}`;
}

/**
 * Whether a call may have ended as it did.
 * @param {CallRecord} record
 */
export function isPossible({ outcome, kind, late, cancellations, subject }) {
  const { queuePolicy, maxQueueDepth } = subject.config;
  if (late) return outcome === 'TaskDisposedError';
  if (outcome === 'ok') return kind.returns !== undefined;
  if (outcome === kind.throws || cancellations.includes(outcome)) return true;
  if (outcome === 'WorkerCrashedError') return true;
  if (outcome === 'TaskDisposedError') return subject.disposed;
  if (maxQueueDepth === Infinity) return false;
  if (queuePolicy === 'reject') return outcome === 'QueueFullError';
  return queuePolicy !== 'block' && outcome === 'QueueDropError';
}

/**
 * What the span of a call should say, given what its caller saw.
 * @param {CallRecord} record
 */
export function statusOf({ outcome, late, cancellations }) {
  if (outcome === 'ok') return 'ok';
  if (outcome === 'TaskDisposedError') return late ? 'error' : 'canceled';
  return cancellations.includes(outcome) ? 'canceled' : 'error';
}

/**
 * @param {string | undefined} id
 * @param {CallRecord['trace']} trace
 */
export function isInTrace(id, trace) {
  if (!trace) return true; // it may follow from a result of a trace's
  return id === trace.id || (!trace.certain && id === undefined);
}
