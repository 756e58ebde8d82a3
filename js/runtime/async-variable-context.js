/**
 * @typedef {import('./call-promise.js').Answer} Answer
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
  mayAnswerNow = true;
  #variable;

  /** @param {import('../platform/platform.js').AsyncVariable<TraceHandle>} variable */
  constructor(variable) {
    this.#variable = variable;
  }

  get active() {
    return this.#variable.get();
  }

  /**
   * @template R
   * @param {TraceHandle | undefined} trace
   * @param {() => R} fn
   */
  run(trace, fn) {
    return this.#variable.run(trace, fn);
  }

  /** @param {Answer[]} answers */
  give(answers) {
    for (const { settle } of answers) settle();
  }

  /** @param {Answer[]} answers */
  giveLater(answers) {
    this.give(answers);
  }

  /**
   * @param {TraceHandle} _
   * @param {Answer[]} answers
   */
  giveBack(_, answers) {
    this.give(answers);
  }

  rest() {
    this.#variable.rest();
  }
}
