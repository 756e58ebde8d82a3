/** @file Ids that the timeline does not have (docs/decisions/0009-ids-outside.md). */

/**
 * The id of a trace's own span: the last 16 digits of the trace's id.
 * @param {string} traceId
 */
export function rootSpanId(traceId) {
  const last = traceId.slice(16);
  return /[^0]/.test(last) ? last : traceId.slice(0, 16);
}

/**
 * The trace of a call outside any: the call's id, padded with zeros, so that the call is its root.
 * @param {string} spanId
 */
export const traceIdOfCall = (spanId) => spanId.padStart(32, '0');
