import { wrong } from '../shared/check.js';
import { checkOptions } from './check.js';
import { SAMPLED, SCOPE, StatusCode, toSpans } from './spans.js';

/**
 * @typedef {import('./entries.js').TimelineEntry} TimelineEntry
 * @typedef {import('./spans.js').Attributes} Attributes
 *
 * @typedef {[seconds: number, nanoseconds: number]} HrTime
 * @typedef {{ traceId: string, spanId: string, traceFlags: number, isRemote?: boolean }} SpanContext
 *
 * @typedef {object} Resource what OpenTelemetry's SDK asks of one
 * @property {import('./otlp.js').ResourceAttributes} attributes
 * @property {(other: { attributes: any } | null) => Resource} merge
 * @property {() => [string, any][]} getRawAttributes
 *
 * @typedef {object} ReadableSpan a ReadableSpan of OpenTelemetry's SDK, from 2.0 on
 * @property {string} name
 * @property {number} kind
 * @property {() => SpanContext} spanContext
 * @property {SpanContext} [parentSpanContext]
 * @property {HrTime} startTime
 * @property {HrTime} endTime
 * @property {HrTime} duration
 * @property {true} ended
 * @property {{ code: number, message?: string }} status
 * @property {Attributes} attributes
 * @property {{ context: SpanContext }[]} links
 * @property {{ name: string, time: HrTime, attributes: Attributes }[]} events
 * @property {Resource} resource
 * @property {{ name: string }} instrumentationScope
 * @property {number} droppedAttributesCount
 * @property {number} droppedEventsCount
 * @property {number} droppedLinksCount
 */

const SPAN_KIND_INTERNAL = 0;

/**
 * Makes spans for a SpanExporter or a SpanProcessor of OpenTelemetry's SDK. They keep the ids of the
 * timeline.
 *
 * Specification: https://opentelemetry.io/docs/specs/otel/trace/sdk/#span-exporter
 * @example
 * ```js
 * exporter.export(toReadableSpans(performance.getEntries()), ({ code }) => console.log(code));
 * ```
 * @param {Iterable<TimelineEntry>} entries entries of any kind, in any order; it ignores entries of
 *   other code
 * @param {import('./otlp.js').OtlpOptions} [options] to use a resource of the SDK, pass its
 *   `attributes`
 * @returns {ReadableSpan[]}
 * @throws {TypeError} when `entries` are no entries, or an option is wrong
 */
export function toReadableSpans(entries, options = {}) {
  const where = 'toReadableSpans()';
  checkOptions(where, options, ['resource', 'timeOrigin']);
  const resource = makeResource(options.resource ?? { 'service.name': 'unknown_service' });
  return toSpans(where, entries, options.timeOrigin).map((span) => toReadableSpan(span, resource));
}

/**
 * @param {import('./spans.js').Span} span
 * @param {Resource} resource
 * @returns {ReadableSpan}
 */
function toReadableSpan(span, resource) {
  const { traceId, spanId, parentSpanId, error, exception } = span;
  const endTime = hrTime(span.end);
  return {
    name: span.name,
    kind: SPAN_KIND_INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags: SAMPLED }),
    ...(parentSpanId && {
      parentSpanContext: { traceId, spanId: parentSpanId, traceFlags: SAMPLED },
    }),
    startTime: hrTime(span.start),
    endTime,
    duration: hrTime(span.end - span.start),
    ended: true,
    status:
      error === undefined ? { code: StatusCode.unset } : { code: StatusCode.error, message: error },
    attributes: span.attributes,
    links: span.links.map((link) => ({ context: { ...link, traceFlags: SAMPLED } })),
    events: exception ? [{ name: 'exception', time: endTime, attributes: exception }] : [],
    resource,
    instrumentationScope: { name: SCOPE },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

/**
 * @param {import('./otlp.js').ResourceAttributes} attributes
 * @returns {Resource}
 */
const makeResource = (attributes) => ({
  attributes,
  merge: (other) => makeResource({ ...attributes, ...other?.attributes }),
  getRawAttributes: () => Object.entries(attributes),
});

/**
 * @param {bigint} nanoseconds
 * @returns {HrTime}
 */
const hrTime = (nanoseconds) => [
  Number(nanoseconds / 1_000_000_000n),
  Number(nanoseconds % 1_000_000_000n),
];

/**
 * @typedef {{ startSpan: (name: string, options?: any, context?: any) => any }} Tracer
 *
 * @typedef {object} OpenTelemetryApi what is used of the module `@opentelemetry/api`
 * @property {{ getTracer: (name: string) => Tracer,
 *   setSpan: (context: any, span: any) => any,
 *   setSpanContext: (context: any, spanContext: SpanContext) => any }} trace
 * @property {any} ROOT_CONTEXT
 *
 * @typedef {object} OpenTelemetryOptions
 * @property {Tracer} [tracer] the tracer that makes the spans. Default:
 *   `api.trace.getTracer('atelier-wasm')`
 * @property {number} [timeOrigin] the `performance.timeOrigin`, in ms since the epoch, of the thread
 *   that made the entries. By default this thread's
 */

/**
 * Starts and ends a span for each entry with a tracer of OpenTelemetry's API. Use it if you cannot use
 * the SDK. It keeps trace ids, parents and links. **It does not keep span ids**, because a tracer makes
 * its own; toReadableSpans() keeps them. The attribute `atelier.spanId` has the timeline's span id,
 * which is also in a `traceparent` that a handler has sent. A span whose parent is not among the
 * entries has a remote parent. So has the root of a trace, because only a parent can set its trace id.
 * Samplers see a sampled parent.
 *
 * Pass each entry only once: a second time makes a second span.
 *
 * Specification: https://opentelemetry.io/docs/specs/otel/trace/api/#span-creation
 * @example
 * ```js
 * import * as api from '@opentelemetry/api';
 *
 * new PerformanceObserver((list) => toOpenTelemetry(list.getEntries(), api)).observe({
 *   type: 'measure',
 *   buffered: true,
 * });
 * ```
 * @param {Iterable<TimelineEntry>} entries entries of any kind, in any order; it ignores entries of
 *   other code
 * @param {OpenTelemetryApi} api `import * as api from '@opentelemetry/api'`
 * @param {OpenTelemetryOptions} [options]
 * @returns {void}
 * @throws {TypeError} when `entries` are no entries, or another argument is wrong
 */
export function toOpenTelemetry(entries, api, options = {}) {
  const where = 'toOpenTelemetry()';
  if (typeof (/** @type {any} */ (api)?.trace?.setSpanContext) !== 'function' || !api.ROOT_CONTEXT)
    throw wrong(where, 'api', api, 'the module @opentelemetry/api');
  checkOptions(where, options, ['tracer', 'timeOrigin']);
  const { tracer = api.trace.getTracer(SCOPE), timeOrigin } = options;
  /** @type {Map<string, any>} */
  const started = new Map();
  for (const span of toSpans(where, entries, timeOrigin)) {
    started.set(span.spanId, emit(span, started, tracer, api));
  }
}

/**
 * @param {import('./spans.js').Span} span
 * @param {Map<string, any>} started the tracer's spans, by the ids that the timeline has for them
 * @param {Tracer} tracer
 * @param {OpenTelemetryApi} api
 */
function emit(span, started, tracer, { trace, ROOT_CONTEXT }) {
  const { traceId, spanId, parentSpanId = spanId, links, error, exception } = span;
  const parent = started.get(parentSpanId);
  const remote = { traceId, spanId: parentSpanId, traceFlags: SAMPLED, isRemote: true };
  const endTime = hrTime(span.end);
  const emitted = tracer.startSpan(
    span.name,
    {
      kind: SPAN_KIND_INTERNAL,
      startTime: hrTime(span.start),
      attributes: { ...span.attributes, 'atelier.spanId': spanId },
      links: links.map((link) => ({
        context: started.get(link.spanId)?.spanContext() ?? { ...link, traceFlags: SAMPLED },
      })),
    },
    parent ? trace.setSpan(ROOT_CONTEXT, parent) : trace.setSpanContext(ROOT_CONTEXT, remote)
  );
  if (error !== undefined) {
    emitted.addEvent('exception', exception, endTime);
    emitted.setStatus({ code: StatusCode.error, message: error });
  }
  emitted.end(endTime);
  return emitted;
}
