/** @file Entries as spans in the sense of OpenTelemetry, whoever is to get them. */
import { labelOf, readEntries } from './entries.js';
import { rootSpanId, traceIdOfCall } from './ids.js';
import { toNanoseconds } from './time.js';

/** @typedef {import('./entries.js').TimelineEntry} TimelineEntry */

/** @typedef {Record<string, string | number | boolean>} Attributes */

/**
 * @typedef {object} Span
 * @property {string} name
 * @property {string} traceId
 * @property {string} spanId
 * @property {string} [parentSpanId]
 * @property {bigint} start in ns since the epoch, as `end` is
 * @property {bigint} end
 * @property {Attributes} attributes
 * @property {{ traceId: string, spanId: string }[]} links
 * @property {string} [error] what failed; absent if nothing did
 * @property {Attributes} [exception] the attributes of the failure's event
 */

/** The name of the instrumentation scope. */
export const SCOPE = 'atelier-wasm';

/** Constants of OpenTelemetry's specification. */
export const SAMPLED = 1;
export const StatusCode = { unset: 0, error: 2 };

/**
 * The traces and then the calls, each in the order of their starts: parents come first.
 * @param {string} where
 * @param {Iterable<TimelineEntry>} entries
 * @param {number} [timeOrigin] in ms since the epoch
 * @returns {Span[]}
 */
export function toSpans(where, entries, timeOrigin = performance.timeOrigin) {
  const { calls, traces } = readEntries(where, entries);
  const origin = toNanoseconds(timeOrigin);
  return [...traces, ...calls].map((entry) => {
    const start = origin + toNanoseconds(entry.startTime);
    return {
      name: labelOf(entry),
      ...idsOf(entry.detail),
      start,
      end: start + toNanoseconds(entry.duration),
      attributes: attributesOf(entry.detail),
      ...failureOf(entry.detail),
    };
  });
}

/** @param {any} detail */
function idsOf({ spanId, traceId, parentTraceId }) {
  if (spanId === undefined) {
    const links = parentTraceId
      ? [{ traceId: parentTraceId, spanId: rootSpanId(parentTraceId) }]
      : [];
    return { traceId, spanId: rootSpanId(traceId), links };
  }
  if (traceId === undefined) return { traceId: traceIdOfCall(spanId), spanId, links: [] };
  return { traceId, spanId, parentSpanId: rootSpanId(traceId), links: [] };
}

/** What ids and links say already. */
const IDS = ['spanId', 'traceId', 'parentTraceId'];

/**
 * @param {Record<string, unknown>} detail
 * @returns {Attributes}
 */
function attributesOf(detail) {
  const plain = Object.entries(detail).filter(
    ([key, value]) => !IDS.includes(key) && typeof value !== 'object'
  );
  return /** @type {Attributes} */ (
    Object.fromEntries(plain.map(([key, value]) => [`atelier.${key}`, value]))
  );
}

/**
 * A call that was given up is no failure; one that took too long is.
 * @param {any} detail
 * @returns {{ error?: string, exception?: Attributes }}
 */
function failureOf({ status, error = '', errorName }) {
  if (status !== 'error' && errorName !== 'TimeoutError') return {};
  if (errorName === undefined) return { error, exception: { 'exception.message': error } };
  const message = error.startsWith(`${errorName}: `) ? error.slice(errorName.length + 2) : error;
  return { error, exception: { 'exception.type': errorName, 'exception.message': message } };
}
