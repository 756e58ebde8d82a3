/** @file What a program's text says of how each of its calls has to end. */

import { callsIn, isStream, KEY_OF_TASK } from './program.js';

/**
 * @typedef {import('./program.js').CallStep} CallStep
 * @typedef {import('./program.js').Program} Program
 * @typedef {import('./program.js').Step} Step
 */

/**
 * Tells the names by which each call may end: `ok`, or those of errors. There is more than one only
 * where a cancellation comes at a moment that is not certain.
 * @param {Program} program
 * @returns {Map<number, Set<string>>} by the call's id
 */
export function endingsOf({ stage, steps }) {
  const endings = new Endings(stage);
  endings.rest(callsIn(untilRest(steps)));
  for (const [at, step] of steps.entries()) {
    if (step.do === 'rest') endings.rest(callsIn(untilRest(steps.slice(at + 1))));
    else endings.take(step);
  }
  return endings.names;
}

/** @param {Step[]} steps */
function untilRest(steps) {
  const at = steps.findIndex((step) => step.do === 'rest');
  return at < 0 ? steps : steps.slice(0, at);
}

class Endings {
  #tasks;
  /** How many calls each task gets until it is at rest again. @type {number[]} */
  #counts = [];
  /** @type {Map<number, CallStep>} those that may be under way */
  #open = new Map();
  /** @type {Set<number>} streams that are being read */
  #read = new Set();
  #disposed;
  /** @type {Map<number, Set<string>>} */
  names = new Map();

  /** @param {import('./program.js').StagePlan} stage */
  constructor({ tasks }) {
    this.#tasks = tasks;
    this.#disposed = tasks.map(() => false);
  }

  /**
   * Takes in that nothing is under way.
   * @param {CallStep[]} calls that follow until that is so again
   */
  rest(calls) {
    this.#open.clear();
    this.#counts = this.#tasks.map((_, i) => calls.filter(({ task }) => task === i).length);
  }

  /** @param {Step} step */
  take(step) {
    switch (step.do) {
      case 'call':
        this.#call(step);
        break;
      case 'read':
        this.#read.add(step.id);
        break;
      case 'await':
        if (step.how !== 'race') for (const id of step.ids) this.#settled(id);
        break;
      case 'abort':
        this.#mayEnd(step, 'AbortError');
        break;
      case 'cancel':
        this.#mayEnd(step, 'AbortError');
        break;
      case 'dispose':
        this.#mayEnd(step, 'TaskDisposedError');
        this.#disposed[step.task] = true;
    }
  }

  /** @param {CallStep} step */
  #call(step) {
    const { id, task, options, cancel, within } = step;
    const names = new Set(this.#disposed[task] ? [] : this.#byItself(step));
    const mayBeRefused = [...this.#refusals(task)];
    this.names.set(id, names);
    if (this.#disposed[task]) {
      names.add('TaskDisposedError');
      if (cancel?.when === 'before') names.add(cancel.reason);
    } else {
      if (cancel?.when === 'before' || cancel?.when === 'now') names.clear();
      if (cancel?.when === 'now' && step.argument === 'function') names.add('DataCloneError');
      if (cancel) names.add(cancel.reason);
      if (options.timeoutMs !== undefined) names.add('TimeoutError');
      for (const name of mayBeRefused) names.add(name);
      this.#open.set(id, step);
    }
    if (within) this.#within(step, within.step);
  }

  /**
   * What is done while the call is made comes before its end, unless it is not even accepted.
   * @param {CallStep} outer
   * @param {Step} step
   */
  #within(outer, step) {
    const names = /** @type {Set<string>} */ (this.names.get(outer.id));
    const concerns = step.do === 'cancel' || (step.do === 'dispose' && step.task === outer.task);
    if (concerns && !this.#disposed[outer.task] && outer.cancel?.when !== 'before') {
      names.delete('ok');
      names.delete(this.#byItself(outer)[0]);
    }
    this.take(step);
  }

  /**
   * How the call ends if nothing comes in between.
   * @param {CallStep} step
   * @returns {string[]}
   */
  #byItself(step) {
    const { method, argument, result } = step;
    if (argument === 'function') return ['DataCloneError'];
    if (method === 'missing') return ['UnknownMethodError'];
    if (method === 'heed') return [];
    if (method === 'fail' || method === 'failLater') return [result];
    return [result === 'function' && !isStream(step) ? 'DataCloneError' : 'ok'];
  }

  /**
   * @param {number} task
   * @returns {string[]} how its queue may refuse or drop a call, if that can ever be full
   */
  #refusals(task) {
    const { queuePolicy, maxInFlight, maxQueueDepth } = this.#tasks[task];
    if (this.#counts[task] <= maxInFlight + maxQueueDepth) return [];
    if (queuePolicy === 'block') return [];
    return [queuePolicy === 'reject' ? 'QueueFullError' : 'QueueDropError'];
  }

  /** @param {number} id */
  #settled(id) {
    const step = this.#open.get(id);
    if (step && (!isStream(step) || this.#read.has(id))) this.#open.delete(id);
  }

  /**
   * @param {import('./program.js').AbortStep | import('./program.js').CancelStep
   *   | import('./program.js').TaskStep} cause
   * @param {string} name
   */
  #mayEnd(cause, name) {
    for (const [id, step] of this.#open) {
      const concerned =
        cause.do === 'abort'
          ? this.#keyOf(step) === cause.key
          : cause.do === 'cancel'
            ? id === cause.id
            : step.task === cause.task;
      if (concerned) this.names.get(id)?.add(name);
    }
  }

  /** @param {CallStep} step */
  #keyOf({ task, options }) {
    return options.key ?? (this.#tasks[task].keyed ? KEY_OF_TASK : undefined);
  }
}
