/**
 * Converts the timeline's entries for other tools. It does not need the runtime, so it runs wherever
 * the entries are: on the page, in a worker, on a server.
 * @module atelier-wasm/export
 */
export { toTraceEvents } from './trace-event.js';
export { toOtlp } from './otlp.js';
export { toOpenTelemetry, toReadableSpans } from './opentelemetry.js';
export { traceparent } from './traceparent.js';

/**
 * @typedef {import('./entries.js').TimelineEntry} TimelineEntry
 * @typedef {import('./trace-event.js').TraceEvent} TraceEvent
 * @typedef {import('./otlp.js').OtlpOptions} OtlpOptions
 * @typedef {import('./otlp.js').OtlpRequest} OtlpRequest
 * @typedef {import('./otlp.js').OtlpSpan} OtlpSpan
 * @typedef {import('./otlp.js').OtlpAttribute} OtlpAttribute
 * @typedef {import('./otlp.js').ResourceAttributes} ResourceAttributes
 * @typedef {import('./opentelemetry.js').ReadableSpan} ReadableSpan
 * @typedef {import('./opentelemetry.js').OpenTelemetryOptions} OpenTelemetryOptions
 */
