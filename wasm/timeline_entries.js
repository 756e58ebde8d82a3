/**
 * @file Link-time library: builds the names, options and details of timeline entries
 * (docs/architecture.md, "The timeline"), each in one crossing from wasm. Strings and objects come
 * and go as embind handles, where 0 stands for an absent string; ids are BigInts. What is read by key
 * inherits nothing: a page may have put anything on Object.prototype.
 *
 * It runs inside Emscripten's glue: `$name` declares an internal function called `name`.
 */
addToLibrary({
  $entryHex: (id) => BigInt.asUintN(64, id).toString(16).padStart(16, '0'),

  // One span's entries are made one after the other, all with its id.
  $entrySpanIdLast: '{ id: 0n, text: "" }',
  $entrySpanId__deps: ['$entryHex', '$entrySpanIdLast'],
  $entrySpanId: (id) => {
    const last = entrySpanIdLast;
    if (last.id !== id) {
      last.id = id;
      last.text = entryHex(id);
    }
    return last.text;
  },

  $entryTraceId__deps: ['$entryHex'],
  $entryTraceId: (high, low) => entryHex(high) + entryHex(low),

  // 16 of a text's hex digits, as a number.
  atelier_parse_hex__deps: ['$Emval'],
  atelier_parse_hex: (text, offset) =>
    BigInt('0x' + Emval.toValue(text).slice(offset, offset + 16)),

  $entryTexts__deps: ['$Emval'],
  /** Adds those of `texts` that are there to `detail`, so that absent values are absent keys. */
  $entryTexts: (detail, texts) => {
    for (const key of Object.keys(texts)) if (texts[key]) detail[key] = Emval.toValue(texts[key]);
  },

  // How Chrome DevTools shows an entry
  // (https://developer.chrome.com/docs/devtools/performance/extension).
  $entryDevtools: (track, tooltipText, status, detail) => ({
    dataType: 'track-entry',
    track,
    trackGroup: 'Atelier',
    color: { ok: 'primary', error: 'error', canceled: 'warning' }[status],
    properties: Object.entries(detail).map(([key, value]) => [
      key,
      key.endsWith('Ms') ? value.toFixed(2) + ' ms' : String(value),
    ]),
    tooltipText: tooltipText.slice(0, 2000),
  }),

  $entryWorkerTrack: (task, workerIndex) =>
    task + (workerIndex < 0 ? ': no worker' : ': worker ' + workerIndex),

  // Guards the methods of `performance`: emitting can never make a call fail, whatever the page has
  // put in their place. Looked up at each call, so that a page's own wrapper sees our entries too
  // (`performance` itself is the one of the import, package_glue.mjs); each spelled out, since a call by a name and with rest arguments takes engines longer.
  $entryGuarded: {
    mark(name, options) {
      try {
        performance.mark(name, options);
      } catch {}
    },
    measure(name, options) {
      try {
        performance.measure(name, options);
      } catch {}
    },
    clearMarks(name) {
      try {
        performance.clearMarks(name);
      } catch {}
    },
    clearMeasures(name) {
      try {
        performance.clearMeasures(name);
      } catch {}
    },
  },
  atelier_guarded__deps: ['$Emval', '$entryGuarded'],
  atelier_guarded: (method) => Emval.toHandle(entryGuarded[Emval.toValue(method)]),

  // suffix: 0 none (the measure), 1 ':start', 2 ':end'.
  atelier_span_name__deps: ['$Emval', '$entrySpanId'],
  atelier_span_name: (span, suffix) =>
    Emval.toHandle('atelier:span:' + entrySpanId(span) + ['', ':start', ':end'][suffix]),

  atelier_trace_name__deps: ['$Emval', '$entryTraceId'],
  atelier_trace_name: (high, low, suffix) =>
    Emval.toHandle('atelier:trace:' + entryTraceId(high, low) + ['', ':start', ':end'][suffix]),

  atelier_mark_time__deps: ['$Emval'],
  atelier_mark_time: (startTime) => Emval.toHandle({ __proto__: null, startTime }),

  atelier_span_start__deps: ['$Emval', '$entrySpanId', '$entryTraceId', '$entryTexts'],
  atelier_span_start: (span, traced, high, low, taskId, taskName, method, startTime) => {
    const detail = { __proto__: null, spanId: entrySpanId(span) };
    if (traced) detail.traceId = entryTraceId(high, low);
    entryTexts(detail, { taskId, taskName, method });
    return Emval.toHandle({ __proto__: null, startTime, detail });
  },

  // workerIndex and executionMs are negative where absent.
  atelier_span_measure__deps: [
    '$Emval',
    '$entrySpanId',
    '$entryTraceId',
    '$entryTexts',
    '$entryDevtools',
    '$entryWorkerTrack',
  ],
  atelier_span_measure: (
    span,
    traced,
    high,
    low,
    traceName,
    taskId,
    taskName,
    singleton,
    method,
    start,
    end,
    workerIndex,
    queueWaitMs,
    executionMs,
    attemptCount,
    status,
    error,
    errorName,
    traceInferred,
    devtools
  ) => {
    const detail = { __proto__: null, spanId: entrySpanId(span) };
    if (traced) detail.traceId = entryTraceId(high, low);
    entryTexts(detail, { traceName, taskId, taskName });
    detail.taskType = singleton ? 'singleton' : 'parallel';
    entryTexts(detail, { method });
    if (workerIndex >= 0) detail.workerIndex = workerIndex;
    detail.queueWaitMs = queueWaitMs;
    if (executionMs >= 0) detail.executionMs = executionMs;
    detail.attemptCount = attemptCount;
    detail.status = ['ok', 'error', 'canceled'][status];
    entryTexts(detail, { error, errorName });
    if (traceInferred) detail.traceInferred = true;
    if (devtools) {
      const task = detail.taskName ?? detail.taskId;
      const track = entryWorkerTrack(task, workerIndex);
      detail.devtools = entryDevtools(track, task + '.' + detail.method, detail.status, detail);
    }
    return Emval.toHandle({ __proto__: null, start, end, detail });
  },

  // DevTools names a measure's bar by the measure's name. The handler's own time is a bar inside it,
  // named by task and method. Not an entry of the timeline: only DevTools gets to see it.
  atelier_span_execution__deps: ['$Emval', '$entryWorkerTrack'],
  atelier_span_execution: (taskId, taskName, method, workerIndex, start, end, status) => {
    const task = Emval.toValue(taskName || taskId);
    const track = entryWorkerTrack(task, workerIndex);
    const color = ['primary-light', 'error', 'warning'][status];
    try {
      console.timeStamp(task + '.' + Emval.toValue(method), start, end, track, 'Atelier', color);
    } catch {}
  },

  atelier_trace_start__deps: ['$Emval', '$entryTraceId', '$entryTexts'],
  atelier_trace_start: (high, low, traceName, nested, parentHigh, parentLow, startTime) => {
    const detail = { __proto__: null, traceId: entryTraceId(high, low) };
    entryTexts(detail, { traceName });
    if (nested) detail.parentTraceId = entryTraceId(parentHigh, parentLow);
    return Emval.toHandle({ __proto__: null, startTime, detail });
  },

  atelier_trace_measure__deps: ['$Emval', '$entryTraceId', '$entryTexts', '$entryDevtools'],
  atelier_trace_measure: (
    high,
    low,
    traceName,
    nested,
    parentHigh,
    parentLow,
    start,
    end,
    spanCount,
    status,
    error,
    devtools
  ) => {
    const detail = { __proto__: null, traceId: entryTraceId(high, low) };
    entryTexts(detail, { traceName });
    if (nested) detail.parentTraceId = entryTraceId(parentHigh, parentLow);
    detail.spanCount = spanCount;
    detail.status = ['ok', 'error', 'canceled'][status];
    entryTexts(detail, { error });
    if (devtools) {
      const name = detail.traceName ?? 'trace ' + detail.traceId;
      detail.devtools = entryDevtools('Traces', name, detail.status, detail);
    }
    return Emval.toHandle({ __proto__: null, start, end, detail });
  },
});
