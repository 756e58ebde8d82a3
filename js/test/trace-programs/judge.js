/** @file Says of each call and each trace of a program that has run whether it is where its text is. */

/**
 * @typedef {import('./recorder.js').CallRecord} CallRecord
 * @typedef {import('./recorder.js').TraceRecord} TraceRecord
 * @typedef {import('./recorder.js').Recorder} Recorder
 */

/**
 * - right: in the trace around its text, for certain; or in none, where there is none
 * - inferred: in the only one that is open, and says that this is why; it is around its text, or none is
 * - guessed: likewise, but the one around its text is an outer one of it
 * - absent: in none, though there is one around its text
 * - wrong: in another one
 * - ended: in one that had ended
 * - missing: without a measure
 * - unsampled: not to be told, because its trace is not sampled
 * @typedef {'right' | 'inferred' | 'guessed' | 'absent' | 'wrong' | 'ended' | 'missing' | 'unsampled'} Verdict
 */

/** Those that a program fails by. @type {Set<string>} */
export const FAILURES = new Set(['wrong', 'ended', 'missing']);
export const UNCERTAIN = 'uncertain';
export const WRONG_PARENT = 'wrong parent';

/**
 * @typedef {object} Judgement
 * @property {{ id: number, verdict: Verdict, isUncertain: boolean, text: string }[]} calls
 *   `isUncertain`: though the trace around its text is open, and nothing is wrong
 * @property {{ name: string, verdict: string, text: string }[]} traces their parents
 * @property {string[]} faults what else is wrong
 */

/**
 * @param {Recorder} recorder
 * @param {{ sampled: boolean }} options whether everything is
 * @returns {Judgement}
 */
export function judge(recorder, { sampled }) {
  const { traces } = recorder;
  const nameOf = (/** @type {string | undefined} */ id) =>
    id === undefined ? 'none' : (traces.get(id)?.name ?? 'an unknown one');
  const calls = recorder.calls.map((call) => {
    const verdict = verdictOf(call, traces, sampled);
    const inferred = call.detail?.traceInferred ? ', inferred' : '';
    const text = `${verdict}: belongs to ${call.around?.name ?? 'none'}, is in ${nameOf(call.traceId)}${inferred}`;
    const isIn = call.around !== undefined && call.expected.has(call.around);
    const isUncertain = isIn && ['inferred', 'guessed', 'absent'].includes(verdict);
    return { id: call.id, verdict, isUncertain, text };
  });
  const faults = [...recorder.faults];
  const parents = [];
  for (const trace of traces.values()) {
    const { name, around, parentId, parentVerdict } = trace;
    if (!trace.isKnown) faults.push(`a trace ${name} of no program`);
    if (trace.isSampled && !trace.measure) faults.push(`trace ${name} has no measure`);
    if (sampled && !trace.isSampled) faults.push(`trace ${name} has no start mark`);
    const detail = /** @type {any} */ (trace.measure?.detail);
    if (detail && detail.spanCount !== trace.spans) {
      faults.push(`trace ${name} says ${detail.spanCount} spans, but has ${trace.spans}`);
    }
    if (detail && detail.parentTraceId !== parentId) faults.push(`trace ${name} has two parents`);
    const text = `${parentVerdict} parent: begins in ${around?.name ?? 'none'}, has ${nameOf(parentId)}`;
    parents.push({ name, verdict: parentVerdict, text });
  }
  return { calls, traces: parents, faults };
}

/**
 * @param {CallRecord} call
 * @param {Map<string, TraceRecord>} traces
 * @param {boolean} sampled
 * @returns {Verdict}
 */
function verdictOf(call, traces, sampled) {
  const { around, expected, sole, detail, traceId } = call;
  if (!detail) return sampled || call.spanId ? 'missing' : 'unsampled';
  if (detail.traceId !== traceId) return 'wrong';
  const found = traceId === undefined ? undefined : traces.get(traceId);
  for (let one = around; !sampled && one; one = one.around) if (!one.isSampled) return 'unsampled';
  if (traceId === undefined) return expected.size > 0 ? 'absent' : 'right';
  if (!found) return 'wrong';
  if (call.hadEnded) return 'ended';
  const isInferred = detail.traceInferred === true;
  if (!expected.has(found)) {
    if (!call.isSoleKnown && isInferred) return 'unsampled';
    if (!isInferred || sole !== found) return 'wrong';
    return expected.size > 0 ? 'guessed' : 'inferred';
  }
  return isInferred ? 'inferred' : 'right';
}
