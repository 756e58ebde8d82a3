import { checkOptions } from './check.js';
import { SAMPLED, SCOPE, StatusCode, toSpans } from './spans.js';

/**
 * @typedef {string | number | boolean} Primitive
 * @typedef {Record<string, Primitive | string[] | number[] | boolean[]>} ResourceAttributes
 *
 * @typedef {object} OtlpOptions
 * @property {ResourceAttributes} [resource] the source of the spans. Default: `{ 'service.name':
 *   'unknown_service' }`
 * @property {number} [timeOrigin] the `performance.timeOrigin`, in ms since the epoch, of the thread
 *   that made the entries. By default this thread's
 *
 * @typedef {{ stringValue: string } | { boolValue: boolean } | { intValue: string }
 *   | { doubleValue: number } | { arrayValue: { values: OtlpValue[] } }} OtlpValue
 * @typedef {{ key: string, value: OtlpValue }} OtlpAttribute
 *
 * @typedef {object} OtlpSpan
 * @property {string} traceId 32 hex digits
 * @property {string} spanId 16 hex digits
 * @property {string} [parentSpanId]
 * @property {number} flags says that the span is sampled, and that its parent is not remote
 * @property {string} name
 * @property {number} kind always 1: internal
 * @property {string} startTimeUnixNano ns since the epoch, as are the other times
 * @property {string} endTimeUnixNano
 * @property {OtlpAttribute[]} attributes
 * @property {{ timeUnixNano: string, name: string, attributes: OtlpAttribute[] }[]} events
 * @property {{ traceId: string, spanId: string, flags: number }[]} links
 * @property {{ code: number, message?: string }} status `code` 0: unset, 2: error
 *
 * @typedef {object} OtlpRequest
 * @property {{ resource: { attributes: OtlpAttribute[] },
 *   scopeSpans: { scope: { name: string }, spans: OtlpSpan[] }[] }[]} resourceSpans
 */

const SPAN_KIND_INTERNAL = 1;
/** Sampled, and it is known whether the context is remote: it is not. */
const FLAGS = SAMPLED | 0x100;

/**
 * Makes a request for an OpenTelemetry collector, an ExportTraceServiceRequest. Send its JSON to
 * `/v1/traces` as `application/json`. Spans and traces keep their ids. A trace becomes a span, the
 * parent of its calls. docs/export.md has a table of the other fields.
 *
 * Specification: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 * @example
 * ```js
 * await fetch('https://collector.example/v1/traces', {
 *   method: 'POST',
 *   headers: { 'Content-Type': 'application/json' },
 *   body: JSON.stringify(toOtlp(performance.getEntries())),
 * });
 * ```
 * @param {Iterable<import('./entries.js').TimelineEntry>} entries entries of any kind, in any order; it
 *   ignores entries of other code
 * @param {OtlpOptions} [options]
 * @returns {OtlpRequest} its `resourceSpans` are empty if no entry is Atelier's
 * @throws {TypeError} when `entries` are no entries, or an option is wrong
 */
export function toOtlp(entries, options = {}) {
  const where = 'toOtlp()';
  checkOptions(where, options, ['resource', 'timeOrigin']);
  const { resource = { 'service.name': 'unknown_service' }, timeOrigin } = options;
  const spans = toSpans(where, entries, timeOrigin).map(toOtlpSpan);
  if (spans.length === 0) return { resourceSpans: [] };
  const scopeSpans = [{ scope: { name: SCOPE }, spans }];
  return { resourceSpans: [{ resource: { attributes: attributes(resource) }, scopeSpans }] };
}

/**
 * @param {import('./spans.js').Span} span
 * @returns {OtlpSpan}
 */
function toOtlpSpan(span) {
  const { traceId, spanId, parentSpanId, name, start, end, links, error, exception } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId && { parentSpanId }),
    flags: FLAGS,
    name,
    kind: SPAN_KIND_INTERNAL,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(end),
    attributes: attributes(span.attributes),
    events: exception
      ? [{ timeUnixNano: String(end), name: 'exception', attributes: attributes(exception) }]
      : [],
    links: links.map((link) => ({ ...link, flags: FLAGS })),
    status:
      error === undefined ? { code: StatusCode.unset } : { code: StatusCode.error, message: error },
  };
}

/**
 * @param {ResourceAttributes} values
 * @returns {OtlpAttribute[]}
 */
const attributes = (values) =>
  Object.entries(values).map(([key, value]) => ({ key, value: toValue(value) }));

/**
 * @param {Primitive | Primitive[]} value
 * @returns {OtlpValue}
 */
function toValue(value) {
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toValue) } };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
