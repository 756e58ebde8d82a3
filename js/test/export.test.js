import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as api from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import schema from '@opentelemetry/otlp-transformer/build/src/generated/root.js';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { Handlers, TraceModel } from '@paulirish/trace_engine';

import {
  toOpenTelemetry,
  toOtlp,
  toReadableSpans,
  toTraceEvents,
  traceparent,
} from 'atelier-wasm/export';

import { disposeAll, makeFlag, makeTask, ours, rejection, worker } from './support.js';

afterEach(disposeAll);

/**
 * What a page does: traces, one nested in another, calls outside, failures of every kind.
 * @returns {Promise<any[]>} the entries
 */
async function record() {
  const { runtime, task } = await makeTask({ taskId: 'image', taskName: 'Image' });
  await task.add(1, 2);
  await runtime.trace('outer', async () => {
    await onBothWorkers(task);
    await task.busy(3);
    await runtime.trace('inner', () => task.add(2, 3));
    await rejection(task.fail());
    await rejection(task.with({ timeoutMs: 5 }).later(1, 10_000));
  });
  await rejection(runtime.trace('bad', () => Promise.reject(new TypeError('in the flow'))));
  const aborted = new AbortController();
  const pending = rejection(task.with({ signal: aborted.signal }).later(1, 10_000));
  aborted.abort();
  await pending;
  return ours('measure');
}

/** Calls that are on two workers at the same time. */
async function onBothWorkers(/** @type {any} */ task) {
  const flag = makeFlag();
  let begun = 0;
  const release = () => ++begun === 2 && flag.set(1);
  const held = task.with({ onProgress: release });
  await Promise.all([held.hold(flag.buffer), held.hold(flag.buffer)]);
}

/** @param {any[]} entries @param {string} name of a method or a trace */
const find = (entries, name) =>
  entries.find(({ detail }) => (detail.spanId ? detail.method : detail.traceName) === name);

/** @param {any[]} entries */
const shuffled = (entries) => entries.toSorted((a, b) => (a.name < b.name ? 1 : -1));

/** An entry as a test needs it. @param {any} detail */
const entry = (detail, startTime = 10, duration = 1) => ({
  entryType: 'measure',
  name: detail.spanId ? `atelier:span:${detail.spanId}` : `atelier:trace:${detail.traceId}`,
  startTime,
  duration,
  detail,
});

/** @param {any} [detail] @param {number} [startTime] @param {number} [duration] */
function call(detail, startTime, duration) {
  const common = { taskId: 'image', method: 'resize', queueWaitMs: 0, attemptCount: 1 };
  return entry({ spanId: 'a'.repeat(16), ...common, status: 'ok', ...detail }, startTime, duration);
}

describe('trace events', () => {
  /** @param {any[]} traceEvents as DevTools reads them from a file */
  async function openInDevTools(traceEvents) {
    const model = TraceModel.Model.createWithAllHandlers();
    await model.parse(JSON.parse(JSON.stringify(traceEvents)));
    const { data } = /** @type {any} */ (model.parsedTrace());
    return {
      data,
      threads: /** @type {any[]} */ (Handlers.Threads.threadsInTrace(data)),
      waits: /** @type {any[]} */ (data.UserTimings.performanceMeasures),
    };
  }

  test('are to DevTools a row for traces and for each worker, and queue waits', async () => {
    const entries = await record();
    const { data, threads, waits } = await openInDevTools(toTraceEvents(entries).traceEvents);
    expect(data.Meta.traceIsGeneric).toBe(true);
    expect([...data.Meta.processNames.values()].map(({ args }) => args.name)).toEqual(['Atelier']);

    const rows = new Map(threads.map(({ name, entries }) => [name, entries]));
    expect([...rows.keys()].sort()).toEqual(['Image · worker 0', 'Image · worker 1', 'Traces']);
    const shown = [...rows.values()].flat();
    const calls = entries.filter(({ detail }) => detail.spanId);
    expect(shown).toHaveLength(
      entries.filter(({ detail }) => !detail.spanId || detail.workerIndex !== undefined).length
    );
    for (const { ts, dur, name, args } of shown) {
      const { startTime, duration, detail } = entries.find(
        ({ detail }) => (detail.spanId ?? detail.traceId) === (args.spanId ?? args.traceId)
      );
      expect(args).toEqual(detail);
      expect(name).toBe(detail.spanId ? `Image.${detail.method}` : detail.traceName);
      expect(ts / 1000).toBeCloseTo(startTime + (detail.queueWaitMs ?? 0), 5);
      const took = detail.spanId ? detail.executionMs : duration;
      if (took !== undefined) expect(dur / 1000).toBeCloseTo(took, 5);
    }
    for (const [name, events] of rows) {
      if (name === 'Traces') continue;
      const workers = events.map((/** @type {any} */ { args }) => args.workerIndex);
      expect(new Set(workers)).toEqual(new Set([Number(name.at(-1))]));
    }

    expect(waits).toHaveLength(calls.length);
    for (const { detail, startTime } of calls) {
      const wait = waits.find(({ id }) => id.includes(detail.spanId));
      expect(wait.name).toBe('Image · queue');
      expect(wait.ts / 1000).toBeCloseTo(startTime, 5);
      expect(wait.dur / 1000).toBeCloseTo(detail.queueWaitMs, 5);
    }
  });

  test('nest a trace in the one that it is nested in', async () => {
    const entries = await record();
    const { threads } = await openInDevTools(toTraceEvents(entries).traceEvents);
    const { tree } = threads.find(({ name }) => name === 'Traces');
    const roots = [...tree.roots];
    expect(roots.map(({ entry }) => entry.name)).toEqual(['outer', 'bad']);
    const [outer] = roots;
    expect(outer.children.map((/** @type {any} */ { entry }) => entry.name)).toEqual(['inner']);
  });

  test('have traces on top, and further rows for what overlaps', async () => {
    const { runtime, task } = await makeTask({ taskId: 'image', poolSize: 1, maxInFlight: 2 });
    await task.add(0, 0);
    const [one, two] = [runtime.startTrace('one'), runtime.startTrace('two')];
    await Promise.all([one.with(task).later(1, 20), two.with(task).later(2, 20)]);
    one.end();
    two.end();
    const { traceEvents } = toTraceEvents(ours('measure'));
    const named = traceEvents.filter(({ name }) => name === 'thread_name');
    const order = new Map(
      traceEvents
        .filter(({ name }) => name === 'thread_sort_index')
        .map(({ tid, args }) => [tid, Number(args.sort_index)])
    );
    const place = (/** @type {number} */ tid) => order.get(tid) ?? NaN;
    named.sort((a, b) => place(a.tid) - place(b.tid));
    expect(named.map(({ args }) => args.name)).toEqual([
      'Traces',
      'Traces · row 2',
      'image · worker 0',
      'image · worker 0 · row 2',
    ]);
  });

  test('show a call that no worker took up, and one whose worker crashed', () => {
    const { traceEvents } = toTraceEvents([
      call({ spanId: '1'.repeat(16), queueWaitMs: 5, status: 'canceled' }, 10, 5),
      call({ spanId: '2'.repeat(16), queueWaitMs: 2, status: 'error', workerIndex: 0 }, 20, 6),
    ]);
    const events = traceEvents.filter(({ ph }) => ph !== 'M');
    expect(events.map(({ ph, ts, dur }) => [ph, ts, dur])).toEqual([
      ['b', 10_000, undefined],
      ['e', 15_000, undefined],
      ['b', 20_000, undefined],
      ['e', 22_000, undefined],
      ['X', 22_000, 4_000],
    ]);
  });

  test('are the same for the same entries in any order, and seen twice', async () => {
    const entries = await record();
    const file = JSON.stringify(toTraceEvents(entries));
    expect(JSON.stringify(toTraceEvents(shuffled(entries)))).toBe(file);
    expect(JSON.stringify(toTraceEvents([...entries, ...entries]))).toBe(file);
  });
});

test('what is for Chrome DevTools alone is left out', async () => {
  const { task } = await makeTask({}, { spans: { devtools: true } });
  await task.add(1, 2);
  const entries = ours('measure');
  expect(entries[0].detail).toMatchObject({
    devtools: {
      dataType: 'track-entry',
      track: 'task-1: worker 0',
      trackGroup: 'Atelier',
      color: 'primary',
      tooltipText: 'task-1.add',
      properties: expect.arrayContaining([['status', 'ok']]),
    },
  });
  expect(JSON.stringify(toTraceEvents(entries))).not.toContain('track-entry');
  expect(JSON.stringify(toOtlp(entries))).not.toContain('devtools');
});

describe('OTLP', () => {
  const { ExportTraceServiceRequest } = /** @type {any} */ (schema).opentelemetry.proto.collector
    .trace.v1;

  /** JSON as the schema reads it. OTLP writes ids in hex, where protobuf's JSON has base64. */
  function throughSchema(/** @type {any} */ request) {
    const ids = ['traceId', 'spanId', 'parentSpanId'];
    const message = ExportTraceServiceRequest.fromObject(
      JSON.parse(JSON.stringify(request), (key, value) =>
        ids.includes(key) ? Buffer.from(value, 'hex') : value
      )
    );
    expect(ExportTraceServiceRequest.verify(message)).toBeNull();
    const bytes = ExportTraceServiceRequest.encode(message).finish();
    const read = ExportTraceServiceRequest.decode(bytes);
    const object = ExportTraceServiceRequest.toObject(read, { longs: String, arrays: true });
    return JSON.parse(
      JSON.stringify(object, (key, value) => {
        if (ids.includes(key) && value.type === 'Buffer') {
          return Buffer.from(value.data).toString('hex');
        }
        return value;
      })
    );
  }

  /** @param {any} request @returns {any[]} */
  const spansOf = (request) => request.resourceSpans[0].scopeSpans[0].spans;

  /** @param {any[]} attributes */
  const toObject = (attributes) =>
    Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

  test('is what its schema says, nothing lost and nothing more', async () => {
    const request = toOtlp(await record(), {
      resource: { 'service.name': 'shop', beta: true, ratio: 0.5, shards: [1, 2], tags: ['a'] },
    });
    const { resource, scopeSpans } = throughSchema(request).resourceSpans[0];
    const expected = JSON.parse(JSON.stringify(request.resourceSpans[0]));
    expect(resource).toMatchObject(expected.resource);
    expect(scopeSpans[0].scope).toMatchObject(expected.scopeSpans[0].scope);
    // The schema's reader adds empty lists, and nothing else.
    expect(scopeSpans[0].spans).toEqual(
      expected.scopeSpans[0].spans.map((/** @type {any} */ span) => ({
        ...span,
        links: span.links.map((/** @type {any} */ link) => ({ ...link, attributes: [] })),
      }))
    );
  });

  test('is what the OpenTelemetry SDK sends for the same spans', async () => {
    const entries = await record();
    const resource = { 'service.name': 'shop' };
    const bytes = JsonTraceSerializer.serializeRequest(toReadableSpans(entries, { resource }));
    const sent = JSON.parse(new TextDecoder().decode(bytes));
    const ourSpans = spansOf(throughSchema(toOtlp(entries, { resource })));
    const theirSpans = spansOf(throughSchema(sent));
    expect(theirSpans).toHaveLength(entries.length);
    expect(theirSpans.map(withoutZeros)).toEqual(ourSpans.map(withoutZeros));
  });

  /** The SDK writes the counts of what it dropped. */
  const withoutZeros = (/** @type {any} */ span) =>
    JSON.parse(JSON.stringify(span, (key, value) => (/^dropped/.test(key) ? undefined : value)));

  test('keeps ids, parents and links', async () => {
    const entries = await record();
    const spans = new Map(spansOf(toOtlp(shuffled(entries))).map((span) => [span.spanId, span]));
    expect(spans.size).toBe(entries.length);
    for (const { detail } of entries) {
      if (!detail.spanId) continue;
      const span = spans.get(detail.spanId);
      if (detail.traceId) {
        expect(span.traceId).toBe(detail.traceId);
        const parent = spans.get(span.parentSpanId);
        expect([parent.traceId, parent.name]).toEqual([detail.traceId, detail.traceName]);
      } else {
        expect(span.traceId).toBe('0'.repeat(16) + detail.spanId);
        expect(span).not.toHaveProperty('parentSpanId');
      }
    }
    const [outer, inner] = ['outer', 'inner'].map((name) => {
      const { traceId } = find(entries, name).detail;
      return spans.get(traceId.slice(16));
    });
    expect(outer.links).toEqual([]);
    expect(inner.links).toEqual([
      { traceId: outer.traceId, spanId: outer.spanId, flags: expect.any(Number) },
    ]);
    expect(inner).not.toHaveProperty('parentSpanId');
  });

  test('tells status and errors', async () => {
    const entries = await record();
    const spans = spansOf(toOtlp(entries));
    const of = (/** @type {string} */ name) =>
      spans.find(({ name: theirs }) => theirs === name || theirs === `Image.${name}`);
    expect(of('add').status).toEqual({ code: 0 });
    expect(of('add').events).toEqual([]);

    const failed = of('fail');
    expect(failed.status).toEqual({ code: 2, message: 'RangeError: too wide' });
    expect(failed.events).toHaveLength(1);
    expect(failed.events[0]).toMatchObject({
      name: 'exception',
      timeUnixNano: failed.endTimeUnixNano,
    });
    expect(toObject(failed.events[0].attributes)).toEqual({
      'exception.type': 'RangeError',
      'exception.message': 'too wide',
    });
    expect(of('bad').status).toEqual({ code: 2, message: 'TypeError: in the flow' });

    const later = spans.filter(({ name }) => name === 'Image.later');
    expect(later.map(({ status }) => status.code)).toEqual([2, 0]); // timed out, aborted
    expect(later.map(({ attributes }) => toObject(attributes)['atelier.status'])).toEqual([
      'canceled',
      'canceled',
    ]);
    expect(toObject(later[1].attributes)['atelier.errorName']).toBe('AbortError');
  });

  test('has all else of the detail as attributes', async () => {
    const entries = await record();
    const { detail } = find(entries, 'busy');
    const span = spansOf(toOtlp(entries)).find(({ spanId }) => spanId === detail.spanId);
    expect(toObject(span.attributes)).toEqual({
      'atelier.traceName': 'outer',
      'atelier.taskId': 'image',
      'atelier.taskName': 'Image',
      'atelier.taskType': 'parallel',
      'atelier.method': 'busy',
      'atelier.workerIndex': String(detail.workerIndex),
      'atelier.queueWaitMs': detail.queueWaitMs,
      'atelier.executionMs': detail.executionMs,
      'atelier.attemptCount': '1',
      'atelier.status': 'ok',
    });
  });

  test('has times to the nanosecond, from the time origin of whoever made the entries', () => {
    const [span] = spansOf(toOtlp([call({}, 12.345678, 0.000002)], { timeOrigin: 1.7e12 + 0.25 }));
    expect(span.startTimeUnixNano).toBe('1700000000012595678');
    expect(span.endTimeUnixNano).toBe('1700000000012595680');
    const [own] = spansOf(toOtlp([call({}, 12)]));
    expect(Number(own.startTimeUnixNano) / 1e6).toBeCloseTo(performance.timeOrigin + 12, 1);
  });

  test('works for a call whose trace has no measure, and for none of ours', () => {
    const traceId = '1'.repeat(16) + '2'.repeat(16);
    const [span] = spansOf(toOtlp([call({ traceId })]));
    expect(span).toMatchObject({ traceId, parentSpanId: '2'.repeat(16) });
    performance.mark('theirs');
    const foreign = [...performance.getEntriesByName('theirs'), { name: 'atelier:span:x' }];
    expect(toOtlp(/** @type {any} */ (foreign))).toEqual({ resourceSpans: [] });
    performance.clearMarks('theirs');
  });

  test('never makes an id of zeros only', () => {
    const traceId = '1'.repeat(16) + '0'.repeat(16);
    const [span] = spansOf(toOtlp([entry({ traceId, spanCount: 0, status: 'ok' })]));
    expect(span.spanId).toBe('1'.repeat(16));
  });
});

describe('OpenTelemetry', () => {
  test("spans keep their ids on the way through the SDK's processor and exporter", async () => {
    const entries = await record();
    const exporter = new InMemorySpanExporter();
    const processor = new BatchSpanProcessor(exporter);
    for (const span of toReadableSpans(entries)) processor.onEnd(span);
    await processor.forceFlush();
    const exported = exporter.getFinishedSpans();
    await processor.shutdown();
    expect(exported).toHaveLength(entries.length);
    for (const span of exported) {
      expect(api.isSpanContextValid(span.spanContext())).toBe(true);
    }
    const ids = exported.map((span) => span.spanContext().spanId);
    for (const { detail } of entries) {
      expect(ids).toContain(detail.spanId ?? detail.traceId.slice(16));
    }
  });

  test('tracers get spans with trace ids, parents, links, times and errors', async () => {
    const entries = await record();
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    toOpenTelemetry(shuffled(entries), api, { tracer: provider.getTracer('page') });
    const started = exporter.getFinishedSpans();
    await provider.forceFlush();

    const expected = toReadableSpans(entries);
    expect(started).toHaveLength(expected.length);
    const byId = new Map(started.map((span) => [span.attributes['atelier.spanId'], span]));
    for (const span of expected) {
      const { traceId, spanId } = span.spanContext();
      const actual = byId.get(spanId);
      expect(actual?.spanContext().traceId).toBe(traceId);
      expect(actual).toMatchObject({
        name: span.name,
        kind: span.kind,
        startTime: span.startTime,
        endTime: span.endTime,
        status: span.status,
        attributes: span.attributes,
      });
      expect(actual?.events.map(({ name, attributes, time }) => [name, attributes, time])).toEqual(
        span.events.map(({ name, attributes, time }) => [name, attributes, time])
      );
      const parent = span.parentSpanContext && byId.get(span.parentSpanContext.spanId);
      expect(actual?.parentSpanContext?.spanId).toBe(parent?.spanContext().spanId ?? spanId);
      const links = span.links.map(({ context }) => byId.get(context.spanId)?.spanContext());
      expect(actual?.links.map(({ context }) => context)).toEqual(links);
    }
  });

  test("the application's own tracer provider is the default", async () => {
    const exporter = new InMemorySpanExporter();
    const spanProcessors = [new SimpleSpanProcessor(exporter)];
    api.trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
    try {
      toOpenTelemetry([call()], api);
      expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(['image.resize']);
    } finally {
      api.trace.disable();
    }
    expect(() => toOpenTelemetry([call()], api)).not.toThrow();
  });
});

describe('traceparent()', () => {
  const VALID = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[01]$/;

  test("names a handler's span, as its entry does elsewhere", async () => {
    const { runtime, task } = await makeTask();
    const contexts = [await task.context(), await runtime.trace(() => task.context())];
    const spans = toReadableSpans(ours('measure')).map((span) => span.spanContext());
    for (const context of contexts) {
      const header = traceparent(context);
      expect(header).toMatch(VALID);
      const [, traceId, spanId, flags] = /** @type {string} */ (header).split('-');
      expect(flags).toBe('01');
      expect(spans).toContainEqual({ traceId, spanId, traceFlags: 1 });
    }
  });

  test('names the span of a trace', async () => {
    const { runtime } = await makeTask();
    const trace = runtime.startTrace('flow');
    const header = traceparent(trace);
    trace.end();
    expect(header).toMatch(VALID);
    const [span] = toReadableSpans(ours('measure'));
    const { traceId, spanId } = span.spanContext();
    expect(header).toBe(`00-${traceId}-${spanId}-01`);
  });

  test('says that a call is not sampled, and is not there without a trace', async () => {
    const { runtime, task } = await makeTask({}, { spans: { sampleRate: 0 } });
    const context = await runtime.trace(() => task.context());
    expect(traceparent(context)).toMatch(VALID);
    expect(traceparent(context)).toMatch(/-00$/);
    expect(traceparent(await task.context())).toBeUndefined();
  });

  test("is what OpenTelemetry's own propagation takes", () => {
    const header = traceparent({ id: '1'.repeat(32) });
    expect(header).toBe(`00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`);
    const [, traceId, spanId] = /** @type {string} */ (header).split('-');
    expect(api.isSpanContextValid({ traceId, spanId, traceFlags: 1 })).toBe(true);
  });
});

describe('docs/export.md', () => {
  const text = readFileSync(new URL('../../docs/export.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code);
  const AsyncFunction = /** @type {any} */ (async () => {}).constructor;

  /**
   * Runs the example that has `part` in it, on what the page around it is to have.
   * @param {string} part
   * @param {Record<string, unknown>} scope
   * @returns {Promise<any>} what it declares
   */
  function runExample(part, scope) {
    const code = /** @type {string} */ (examples.find((example) => example.includes(part)));
    const declared = [...code.matchAll(/^const (\w+)/gm)].map(([, name]) => name);
    const body = `${code.replace(/^import .*$/gm, '')}; return { ${declared.join()} };`;
    return AsyncFunction(...Object.keys(scope), body)(...Object.values(scope));
  }

  /** Answers each request with what came. */
  async function echo(/** @type {(url: string) => unknown} */ use) {
    const server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      response.end(JSON.stringify({ url: request.url, headers: request.headers, body }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      return await use(`http://127.0.0.1:${port}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }

  test('observes all entries', async () => {
    const { task } = await makeTask();
    await task.add(1, 2);
    const { entries } = await runExample('new PerformanceObserver', {});
    while (entries.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(toOtlp(entries).resourceSpans[0].scopeSpans[0].spans).toHaveLength(1);
  });

  test('makes a file', async () => {
    const { task } = await makeTask();
    await task.add(1, 2);
    const { file } = await runExample('new Blob', { toTraceEvents });
    expect(JSON.parse(await file.text())).toEqual(toTraceEvents(ours('measure')));
  });

  test('sends spans to a collector', async () => {
    const { task } = await makeTask();
    await task.add(1, 2);
    const entries = ours('measure');
    const expected = toOtlp(entries, { resource: { 'service.name': 'shop' } });
    /** @type {any} */
    let received;
    await echo((collector) => {
      const toCollector = async (/** @type {string} */ url, /** @type {any} */ init) => {
        const answer = await fetch(url.replace('https://collector.example', collector), init);
        received = await answer.json();
      };
      return runExample('/v1/traces', { fetch: toCollector, toOtlp, entries });
    });
    expect(received.url).toBe('/v1/traces');
    expect(received.headers['content-type']).toBe('application/json');
    expect(JSON.parse(received.body)).toEqual(expected);
  });

  test('copies entries for somewhere else', async () => {
    const { task } = await makeTask();
    await task.add(1, 2);
    const { message } = await runExample('const message', { entries: ours('measure') });
    const { entries, timeOrigin } = JSON.parse(JSON.stringify(message));
    expect(toOtlp(entries, { timeOrigin })).toEqual(toOtlp(ours('measure')));
  });

  test("hands spans to the SDK's processor and to a tracer", async () => {
    const { task } = await makeTask();
    await task.add(1, 2);
    const entries = ours('measure');
    const exporter = new InMemorySpanExporter();
    const resource = { attributes: { 'service.name': 'shop' } };
    const scope = { BatchSpanProcessor, exporter, resource, toReadableSpans, entries };
    const { processor } = await runExample('new BatchSpanProcessor', scope);
    await processor.forceFlush();
    const [span] = exporter.getFinishedSpans();
    await processor.shutdown();
    expect(span.spanContext().spanId).toBe(entries[0].detail.spanId);
    expect(span.resource.attributes).toEqual(resource.attributes);
    await runExample('toOpenTelemetry(entries', { api, toOpenTelemetry, entries });
  });

  test("gives the SDK's processor more spans at once than its queue has by default", async () => {
    const exporter = new InMemorySpanExporter();
    const entries = Array.from({ length: 3_000 }, (_, index) =>
      call({ spanId: String(index).padStart(16, 'f') })
    );
    const scope = { BatchSpanProcessor, exporter, resource: {}, toReadableSpans, entries };
    const { processor } = await runExample('new BatchSpanProcessor', scope);
    await processor.forceFlush();
    expect(exporter.getFinishedSpans().length).toBe(entries.length);
    await processor.shutdown();
  });

  test("makes a server's spans children of the call", async () => {
    const file = readFileSync(new URL('workers/loads.js', import.meta.url), 'utf8');
    expect(examples).toContain(file.slice(file.indexOf('import')));
    const { runtime, task } = await makeTask({ worker: worker('loads.js') });
    await echo(async (url) => {
      const { headers } = await runtime.trace('checkout', () => task.load(url));
      const { spanId, traceId } = find(ours('measure'), 'load').detail;
      expect(headers.traceparent).toBe(`00-${traceId}-${spanId}-01`);
    });
  });
});

describe('a bad argument', () => {
  const any = /** @type {any} */ (undefined);
  /** @type {[string, () => unknown, string][]} */
  const cases = [
    ['no entries', () => toTraceEvents(any), 'toTraceEvents(): entries is undefined'],
    ['a list that is none', () => toOtlp(/** @type {any} */ ({})), 'entries is an object (Object)'],
    ['no entry', () => toOtlp(/** @type {any} */ ([call(), 5])), 'entries[1] is 5 (number)'],
    ['no time', () => toOtlp([call(), call({}, NaN)]), 'entries[1].startTime is NaN (number)'],
    [
      'no detail',
      () => toOtlp([{ ...call(), detail: undefined }]),
      'entries[0].detail is undefined (undefined); it accepts the measure',
    ],
    [
      'an unknown option',
      () => toOtlp([], /** @type {any} */ ({ service: 'a' })),
      "unknown option 'service' ('a' (string)); it accepts resource, timeOrigin",
    ],
    ['a time', () => toReadableSpans([], { timeOrigin: NaN }), "option 'timeOrigin' is NaN"],
    [
      'a resource',
      () => toOtlp([], { resource: /** @type {any} */ ({ service: { name: 'a' } }) }),
      "option 'resource' is an object (Object)",
    ],
    ['no API', () => toOpenTelemetry([], any), 'toOpenTelemetry(): api is undefined'],
    [
      'no tracer',
      () => toOpenTelemetry([], api, { tracer: /** @type {any} */ ({}) }),
      "option 'tracer' is an object (Object)",
    ],
    ['no source', () => traceparent(any), 'traceparent(): source is undefined'],
    ['a short id', () => traceparent({ id: 'abc' }), "source.id is 'abc' (string)"],
    ['an id of zeros', () => traceparent({ spanId: '0'.repeat(16) }), 'source.spanId is'],
  ];

  test.each(cases)('is a TypeError that names it: %s', (_, call, message) => {
    expect(call).toThrow(TypeError);
    expect(call).toThrow(message);
  });
});

const IMPORT = /^(?:import|export|\}).* from '([^']+)'|\bimport\('([^']+)'/gm;

test('the entry and the runtime import nothing of each other, and share the check of options', () => {
  const root = new URL('..', import.meta.url);
  const modules = readdirSync(root, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.js') && !name.startsWith('test/'));
  const imports = modules.flatMap((name) =>
    [...readFileSync(new URL(name, root), 'utf8').matchAll(IMPORT)].map(([, from, asType]) => ({
      inside: name.startsWith('export/'),
      name,
      from: from ?? asType,
    }))
  );
  const ofEntry = imports.filter(({ inside }) => inside);
  expect(ofEntry.length).toBeGreaterThan(5);
  expect(
    ofEntry.filter(({ from }) => !/^(\.\/[a-z-]+|\.\.\/shared\/check)\.js$/.test(from))
  ).toEqual([]);
  expect(imports.filter(({ inside, from }) => !inside && from.includes('export/'))).toEqual([]);
});
