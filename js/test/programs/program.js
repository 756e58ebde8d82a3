/** @file What a program is: data, which says all that is done and by which each call has to end. */

/**
 * When something happens: at once, or so many ms later.
 * @typedef {'microtask' | 'macrotask' | number} Moment
 */

/**
 * A runtime with its tasks, on which many programs run.
 * @typedef {object} StagePlan
 * @property {TaskPlan[]} tasks
 * @property {boolean} spans
 * @property {boolean} restless whether programs stop and dispose tasks, which takes longer
 */

/**
 * @typedef {object} TaskPlan
 * @property {'parallel' | 'singleton'} type
 * @property {number} poolSize
 * @property {number} maxInFlight
 * @property {'block' | 'reject' | 'drop-latest' | 'drop-oldest'} queuePolicy
 * @property {number} maxQueueDepth
 * @property {number | undefined} idleTimeoutMs
 * @property {'restart-fail-in-flight' | 'restart-requeue-in-flight' | 'fail-task'} crashPolicy
 * @property {'lazy' | 'eager'} init
 * @property {boolean} keyed whether `keyOf` gives each call the key KEY_OF_TASK
 */

/**
 * @typedef {object} CallStep
 * @property {'call'} do
 * @property {number} id
 * @property {number} task
 * @property {'now' | 'later' | 'fail' | 'failLater' | 'heed' | 'report' | 'items' | 'itemsLater'
 *   | 'missing'} method
 * @property {string} argument a ValueKind, or 'function', which cannot be cloned
 * @property {string} result likewise; for a method that fails, the name of its error
 * @property {number} count of a stream's items
 * @property {Moment} moment when the handler goes on
 * @property {number} us how long the handler is busy
 * @property {{ priority?: number, key?: string, timeoutMs?: number }} options
 * @property {{ when: 'before' | 'now' | Moment, reason: string }} [cancel] by the call's signal
 * @property {{ where: 'getter' | 'keyOf', step: Step }} [within] what is done while the call is made
 */

/**
 * How a stream is read: all of it, so many items, or after so many a return of the iterator.
 * @typedef {{ do: 'read', id: number, most: number, slow: boolean }} ReadStep
 * @typedef {{ do: 'await', ids: number[], how: 'all' | 'each' | 'race' }} AwaitStep
 * @typedef {{ do: 'state' | 'stop' | 'start' | 'dispose', task: number }} TaskStep
 * @typedef {{ do: 'abort', key: string }} AbortStep
 * @typedef {{ do: 'cancel', id: number }} CancelStep
 * @typedef {{ do: 'pause', moment: Moment }} PauseStep
 * @typedef {{ do: 'spin', us: number }} SpinStep
 * @typedef {{ do: 'rest' }} RestStep waits until nothing is under way any more
 * @typedef {CallStep | ReadStep | AwaitStep | TaskStep | AbortStep | CancelStep | PauseStep
 *   | SpinStep | RestStep} Step
 */

/**
 * @typedef {object} Program
 * @property {StagePlan} stage
 * @property {boolean} traced whether it runs in a trace
 * @property {Step[]} steps
 */

export const KEY_OF_TASK = 'of-task';

/** A worker sends so many items of a stream that nobody reads, and has to come to the end after. */
const MOST_UNREAD = 7;

/** @param {Step} step */
export const isStream = (step) =>
  step.do === 'call' && (step.method === 'items' || step.method === 'itemsLater');

/**
 * The calls of a program, with those that are made while another is.
 * @param {Step[]} steps
 * @returns {CallStep[]}
 */
export const callsIn = (steps) =>
  steps.flatMap((step) =>
    step.do === 'call' ? [step, ...(step.within ? callsIn([step.within.step]) : [])] : []
  );

/**
 * Whether a program ends, if the runtime is right: what it refers to is there, and it awaits no call
 * that has to wait for a stream which is read after that.
 * @param {StagePlan} stage
 * @param {Step[]} steps
 */
export function isSound({ tasks }, steps) {
  /** @type {Map<number, CallStep>} */
  const calls = new Map();
  const unread = tasks.map(() => new Set());
  for (const step of steps) {
    if (step.do === 'call') {
      if (step.method === 'heed' && !step.cancel) return false;
      calls.set(step.id, step);
      if (isStream(step) && step.count > MOST_UNREAD) unread[step.task].add(step.id);
    } else if (step.do === 'read') {
      const call = calls.get(step.id);
      if (!call) return false;
      unread[call.task].delete(step.id);
    } else if (step.do === 'cancel') {
      if (!calls.has(step.id)) return false;
    } else if (step.do === 'await') {
      for (const id of step.ids) {
        const call = calls.get(id);
        if (!call || unread[call.task].size >= tasks[call.task].maxInFlight) return false;
      }
    } else if (step.do === 'rest') {
      for (const ids of unread) ids.clear();
    } else if (step.do === 'stop' && unread[step.task].size > 0) {
      return false; // its worker ends after the stream, and no other comes in its place
    }
  }
  return true;
}

/** @param {Program} program */
export function show({ stage, traced, steps }) {
  const text = (/** @type {object} */ value) =>
    JSON.stringify(value, (_, inner) => (inner === Infinity ? 'Infinity' : inner));
  const tasks = stage.tasks.map((task, i) => `task ${i}: ${text(task)}`);
  const lines = steps.map(text);
  return [`spans: ${stage.spans}, traced: ${traced}`, ...tasks, ...lines].join('\n');
}

/**
 * One program after the other.
 * @param {Program} first
 * @param {Program} second
 * @returns {Program}
 */
export function join(first, second) {
  const ids = callsIn(first.steps).length;
  return { ...second, steps: [...first.steps, { do: 'rest' }, ...shift(second.steps, ids)] };
}

/**
 * @param {Step[]} steps
 * @param {number} by what is added to each id
 * @returns {Step[]}
 */
function shift(steps, by) {
  return steps.map((step) => {
    if (step.do === 'await') return { ...step, ids: step.ids.map((id) => id + by) };
    if (!('id' in step)) return step;
    if (step.do !== 'call' || !step.within) return { ...step, id: step.id + by };
    const [inner] = shift([step.within.step], by);
    return { ...step, id: step.id + by, within: { ...step.within, step: inner } };
  });
}
