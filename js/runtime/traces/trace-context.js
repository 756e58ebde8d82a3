import { AsyncVariableContext } from './async-variable-context.js';
import { canSeeFrames } from './frames.js';
import { MicrotaskContext } from './microtask-context.js';

/**
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 */

/**
 * The trace of the running code, as far as that is certain: `null` if it is in none, `undefined` if it
 * may be in any.
 * @typedef {TraceHandle | null | undefined} CertainTrace
 */

/**
 * Tells which trace the running code belongs to, as far as that is certain, and sees to it that code
 * goes on in the trace in which it has awaited a promise of ours.
 * @typedef {object} TraceContext
 * @property {boolean} needsGroups whether a promise has to know who awaits it in which trace
 * @property {CertainTrace} active a trace that has ended is active no more: the one around it is
 * @property {boolean} maySettleNow whether what follows from an answer that is given now counts to no trace of another
 *   runtime
 * @property {<R>(trace: TraceHandle | undefined, fn: () => R) => R} run runs `fn` with `trace`
 *   active, at least during its synchronous part
 * @property {(trace: TraceHandle, result: unknown) => Promise<any>} follow awaits what a function has
 *   returned that was run in a trace
 * @property {(trace: TraceHandle | undefined, settle: () => void) => void} settleIn settles a promise that
 *   code in a trace, or in none that is known, has awaited
 * @property {() => void} noteAwait notes that the running code awaits a promise of ours
 * @property {() => void} rest tells that nothing goes on in a trace any more
 */

/**
 * @param {import('../../platform/platform.js').Platform} platform
 * @returns {Promise<TraceContext>}
 */
export async function makeTraceContext(platform) {
  const variable = platform.makeAsyncVariable();
  return variable ? new AsyncVariableContext(variable) : new MicrotaskContext(await canSeeFrames());
}
