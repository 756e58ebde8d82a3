/**
 * Type tests of `atelier-wasm/export`: only compiled, by `tsc -p tsconfig.typetests.json`, against
 * the declarations in dist/ and with the libraries that a new web project has.
 */
import * as api from '@opentelemetry/api';
import type { ReadableSpan as SdkSpan } from '@opentelemetry/sdk-trace-base';
import {
  toOpenTelemetry,
  toOtlp,
  toReadableSpans,
  toTraceEvents,
  traceparent,
} from 'atelier-wasm/export';
import type {
  OpenTelemetryOptions,
  OtlpOptions,
  OtlpRequest,
  ReadableSpan,
  TimelineEntry,
  TraceEvent,
} from 'atelier-wasm/export';
import type { Trace } from 'atelier-wasm';
import type { TaskContext } from 'atelier-wasm/worker';

declare const list: PerformanceObserverEntryList;
declare const stored: { name: string; entryType: string; startTime: number; duration: number }[];

// Entries: what the platform has, and what was JSON

toTraceEvents(list.getEntries()) satisfies { traceEvents: TraceEvent[]; displayTimeUnit: 'ms' };
toTraceEvents(performance.getEntriesByType('measure') as PerformanceMeasure[]);
toTraceEvents(new Set<TimelineEntry>());
toOtlp(stored) satisfies OtlpRequest;
// @ts-expect-error the list is not the entries
toTraceEvents(list);
// @ts-expect-error
toTraceEvents();
// @ts-expect-error
toOtlp([{ name: 'a' }]);

// Options

const options: OtlpOptions = {
  resource: { 'service.name': 'shop', 'service.instances': [1, 2], beta: true },
  timeOrigin: performance.timeOrigin,
};
toOtlp(list.getEntries(), options);
// @ts-expect-error
toOtlp(list.getEntries(), { resource: { 'service.name': undefined } });
// @ts-expect-error
toOtlp(list.getEntries(), { timeOrigin: '0' });
// @ts-expect-error
toReadableSpans(list.getEntries(), { service: 'shop' });

// OpenTelemetry: what its packages declare fits

const spans: ReadableSpan[] = toReadableSpans(list.getEntries(), options);
spans satisfies SdkSpan[];
toOpenTelemetry(list.getEntries(), api) satisfies void;
const toTracer: OpenTelemetryOptions = { tracer: api.trace.getTracer('page'), timeOrigin: 0 };
toOpenTelemetry(list.getEntries(), api, toTracer);
// @ts-expect-error a tracer is not the API
toOpenTelemetry(list.getEntries(), api.trace.getTracer('page'));

// traceparent()

declare const context: TaskContext;
declare const trace: Trace;
traceparent(context) satisfies string | undefined;
traceparent(trace) satisfies string | undefined;
// @ts-expect-error it may be undefined
traceparent(context) satisfies string;
// @ts-expect-error
traceparent(trace.id);
// @ts-expect-error
traceparent({ callId: '1.1' });
