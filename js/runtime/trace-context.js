import { AsyncVariableContext } from './async-variable-context.js';
import { MicrotaskContext } from './microtask-context.js';

/**
 * @typedef {import('./call-promise.js').Answer} Answer
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 */

/**
 * Tells which trace the running code belongs to, as far as that is certain, and sees to it that
 * those who await a promise of ours go on in the trace that they await it in.
 * @typedef {object} TraceContext
 * @property {boolean} needsGroups whether a promise has to know who awaits it in which trace
 * @property {TraceHandle | undefined} active
 * @property {boolean} mayAnswerNow whether what follows from an answer that is given in this macrotask
 *   is taken for a part of no trace, of whatever runtime
 * @property {<R>(trace: TraceHandle | undefined, fn: () => R) => R} run runs `fn` with `trace`
 *   active, at least during its synchronous part
 * @property {(answers: Answer[]) => void} give gives answers; to be called first in a macrotask
 *   that gives no others
 * @property {(answers: Answer[]) => void} giveLater gives them from anywhere
 * @property {(inner: TraceHandle, answers: Answer[]) => void} giveBack gives the answers of a trace
 *   that has ended, in its last microtask
 * @property {() => void} rest tells that nothing goes on in a trace any more
 */

/**
 * @param {import('../platform/platform.js').Platform} platform
 * @returns {TraceContext}
 */
export function makeTraceContext(platform) {
  const variable = platform.makeAsyncVariable();
  return variable
    ? new AsyncVariableContext(variable)
    : new MicrotaskContext(platform.nextMacrotask);
}
