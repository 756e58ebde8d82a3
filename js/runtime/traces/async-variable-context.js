/**
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 * @typedef {import('./trace-context.js').TraceContext} TraceContext
 */

/**
 * The trace context of a platform that follows asynchronous code itself: whoever awaits a promise
 * goes on in the trace that it was in.
 * @implements {TraceContext}
 */
export class AsyncVariableContext {
  needsGroups = false;
  maySettleNow = true;
  #variable;

  /** @param {import('../../platform/platform.js').AsyncVariable<TraceHandle>} variable */
  constructor(variable) {
    this.#variable = variable;
  }

  get active() {
    return this.#variable.get()?.innermostOpen;
  }

  /**
   * @template R
   * @param {TraceHandle | undefined} trace
   * @param {() => R} fn
   */
  run(trace, fn) {
    return this.#variable.run(trace, fn);
  }

  /**
   * @param {TraceHandle} _
   * @param {unknown} result
   */
  async follow(_, result) {
    return result;
  }

  /**
   * @param {TraceHandle | undefined} _
   * @param {() => void} settle
   */
  settleIn(_, settle) {
    settle();
  }

  noteAwait() {}

  rest() {
    this.#variable.rest();
  }
}
