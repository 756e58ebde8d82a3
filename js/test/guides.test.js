/** Every example of the guides, as it stands, on real workers; see also test-browser/guides.spec.js. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { installGuide, readGuide } from './guides/guide.js';
import { details, ours, rejection, worker } from './support.js';

/** Needs a page, and is run in one. */
const IN_BROWSER = ['send-spans.js'];

/** @type {Set<import('atelier-wasm').TaskRuntime>} those of the examples */
const runtimes = new Set();
afterAll(() => Promise.all([...runtimes].map((runtime) => runtime.dispose())));

/**
 * Describes a guide by its examples; one that has no test fails.
 * @param {string} name
 * @param {(
 *   example: (file: string, run: (module: any, app: any) => unknown) => void,
 *   prints: (file: string, code: string, output: RegExp) => void
 * ) => void} body
 */
function describeGuide(name, body) {
  describe(`${name}.md`, () => {
    const { load, print } = installGuide(name);
    const untested = new Set(readGuide(name).keys());
    /** @type {any} */
    let app;
    beforeEach(async () => {
      app = await load('runtime.js');
      runtimes.add(app.runtime);
    });
    afterEach(() => app.runtime.clearMeasures());
    body(
      (file, run) => {
        untested.delete(file);
        test(file, async () => {
          const module = await load(file);
          try {
            await run(module, app);
          } finally {
            module.observer?.disconnect();
          }
        });
      },
      (file, code, output) => {
        untested.delete(file);
        test(file, async () => expect(await print(`import './${file}'; ${code}`)).toMatch(output));
      }
    );
    test('shows nothing that is not run', () => {
      expect([...untested].filter((file) => !IN_BROWSER.includes(file))).toEqual([]);
    });
  });
}

const spans = () => details().filter(({ spanId }) => spanId);
const traces = () => details().filter(({ spanId }) => !spanId);
const byName = (/** @type {string} */ name) => traces().find(({ traceName }) => traceName === name);
const durations = () =>
  ours('measure')
    .map(({ duration }) => duration)
    .sort((a, b) => a - b);

describeGuide('devtools', (example) => {
  example('tracks.js', async ({ runtime }) => {
    runtimes.add(runtime);
    const task = runtime.defineTask({ type: 'singleton', worker: worker('handlers.js') });
    await task.add(1, 2);
    expect(details()[0].devtools).toMatchObject({
      trackGroup: 'Atelier',
      tooltipText: 'task-1.add',
    });
    runtime.clearMeasures();
  });
});

describeGuide('observing', (example, prints) => {
  const call = `
    import { resize, runtime } from './runtime.js';
    await resize.process(1);
    await runtime.dispose();`;
  prints('log.js', call, /^resize process \d+(\.\d+)?\n$/);

  example('counts.js', async ({ readCounts }, { resize }) => {
    await resize.process(1);
    await rejection(resize.fail());
    await rejection(resize.fail());
    await rejection(resize.with({ signal: AbortSignal.abort() }).process(1));
    expect(readCounts()).toEqual({ ok: 1, error: 2, canceled: 1, errors: { RangeError: 2 } });
  });

  example('recent-spans.js', async ({ recentSpans }, { resize }) => {
    const methods = (/** @type {number} */ windowMs) =>
      recentSpans(windowMs).map((/** @type {any} */ { detail }) => detail.method);
    await resize.process(1);
    const between = performance.now();
    await resize.busy(5);
    expect(methods(60_000)).toEqual(['process', 'busy']);
    expect(methods(performance.now() - between)).toEqual(['busy']);
    expect(methods(60_000)).toEqual(['busy']);
  });

  example('percentiles.js', async ({ percentiles }, { resize, enhance }) => {
    for (let i = 0; i < 3; i++) await resize.process(i);
    await resize.busy(1);
    await enhance.process(1);
    const entries = ours('measure');
    const [, median, longest] = entries
      .slice(0, 3)
      .map(({ duration }) => duration)
      .sort((a, b) => a - b);
    const groups = percentiles(entries);
    expect([...groups.keys()]).toEqual(['resize', 'enhance']);
    expect([...groups.get('resize').keys()]).toEqual(['process', 'busy']);
    const { count, p50, p95 } = groups.get('resize').get('process');
    expect([count, p50]).toEqual([3, median]);
    expect(p95).toBeGreaterThan(median);
    expect(p95).toBeLessThanOrEqual(longest);
  });

  example('shares.js', async ({ shares }, { resize }) => {
    await resize.process(1);
    await Promise.all([resize.busy(30), resize.busy(0)]);
    const entries = ours('measure').slice(1);
    const { queueWaitMs, executionMs, restMs } = shares(entries);
    expect(executionMs).toBeGreaterThanOrEqual(15);
    expect(queueWaitMs).toBeGreaterThan(0);
    const [busy, waiting] = entries;
    expect(queueWaitMs * 2).toBeCloseTo(busy.detail.queueWaitMs + waiting.detail.queueWaitMs);
    expect((queueWaitMs + executionMs + restMs) * 2).toBeCloseTo(busy.duration + waiting.duration);
  });

  example('sampled.js', ({ runtime }) => {
    expect(runtime.getRuntimeSnapshot()).toEqual({ tasks: [] });
    return runtime.dispose();
  });

  example('take-trace.js', async ({ takeTrace }, { resize, runtime }) => {
    await resize.process(1);
    const { traceId } = await runtime.trace(() => resize.context());
    const taken = takeTrace(traceId);
    expect(taken.map((/** @type {any} */ { detail }) => detail.method)).toEqual(['context']);
    expect(details().map(({ method }) => method)).toEqual(['process']);
  });
});

describeGuide('traces', (example) => {
  example('process-image.js', async ({ processImage }) => {
    expect(await processImage(7)).toEqual([7, 7]);
    expect(traces()).toMatchObject([{ traceName: 'process-image', spanCount: 3, status: 'ok' }]);
  });

  example('certain.js', async ({ certain }) => {
    const measures = [
      { detail: { traceId: 'a' } },
      { detail: { traceId: 'b', traceInferred: true } },
      { detail: {} },
    ];
    expect(certain(measures)).toEqual(measures.slice(0, 1));
  });

  example('thumbnail.js', async ({ thumbnail }) => {
    const pictures = ['data:,one', 'data:,two'];
    const results = await Promise.all(pictures.map(thumbnail));
    expect(results.map((bytes) => new TextDecoder().decode(bytes))).toEqual(['one', 'two']);
    expect(traces()).toHaveLength(2);
    for (const { spanCount } of traces()) expect(spanCount).toBe(1);
  });

  example('on-reply.js', async ({ connect }) => {
    const { port1, port2 } = new MessageChannel();
    const ask = connect(port1);
    port2.onmessage = ({ data: id }) => port2.postMessage({ id, image: id });
    const ended = new Promise((resolve) => {
      const observer = new PerformanceObserver(() => {
        if (traces().length < 4) return;
        observer.disconnect();
        resolve(undefined);
      });
      observer.observe({ type: 'measure', buffered: true });
    });
    ask('a');
    ask('b');
    await ended;
    port1.close();
    const asked = traces().filter(({ traceName }) => traceName === 'asked');
    const processed = traces().filter(({ traceName }) => traceName === 'process-image');
    expect(processed.map(({ parentTraceId }) => parentTraceId).sort()).toEqual(
      asked.map(({ traceId }) => traceId).sort()
    );
  });

  example('album.js', async ({ album }) => {
    expect(await album([1, 2])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    const { traceId, spanCount } = byName('album');
    const inner = traces().filter(({ parentTraceId }) => parentTraceId === traceId);
    expect(inner.map(({ traceName }) => traceName)).toEqual(['process-image', 'process-image']);
    expect([spanCount, ...inner.map((trace) => trace.spanCount)]).toEqual([1, 3, 3]);
  });

  example('stroke.js', async ({ traceStrokes }, { resize, runtime }) => {
    const canvas = new EventTarget();
    traceStrokes(canvas);
    const other = runtime.startTrace('other');
    for (const type of ['move', 'down', 'move', 'move', 'up', 'move', 'down', 'cancel']) {
      canvas.dispatchEvent(new Event(`pointer${type}`));
    }
    await resize.process(1); // after those of the stroke: the task has one worker
    other.end();
    expect(byName('stroke')).toMatchObject({ spanCount: 2, status: 'ok' });
    expect(spans().filter(({ traceName }) => traceName === 'stroke')).toHaveLength(2);
    expect(
      traces()
        .map(({ status }) => status)
        .sort()
    ).toEqual(['error', 'ok', 'ok']);
  });

  example('traceparent.js', async ({ traceparent }, { resize, runtime }) => {
    const context = await runtime.trace(() => resize.context());
    expect(traceparent(context)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(traceparent(await resize.context())).toBeUndefined();
  });
});

describeGuide('migration', (example) => {
  example('dashboard.js', async ({ store, latencyRow }, { resize }) => {
    expect(latencyRow('resize')).toBeUndefined();
    await resize.process(1);
    await rejection(resize.fail());
    const [p50, p95] = durations();
    expect(latencyRow('resize')).toEqual({ taskId: 'resize', count: 2, failed: 1, p50, p95 });
    store.dispose();
  });

  example('latencies.js', async ({ latencyRow }, { resize }) => {
    expect(latencyRow('resize')).toBeUndefined();
    for (let i = 0; i < 3; i++) await resize.process(i);
    await rejection(resize.fail());
    await resize.process(3);
    const row = latencyRow('resize');
    expect(row).toMatchObject({ count: 5, failed: 1, p50: durations()[2] });
    expect(row.p95).toBeGreaterThan(durations()[3]);
  });

  example('after.js', async ({ runtime, busy }) => {
    expect(busy()).toEqual([]);
    await runtime.dispose();
  });
});
