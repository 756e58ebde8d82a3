/**
 * @typedef {import('./timeline-entry.mjs').TimelineEntry} TimelineEntry
 * @typedef {import('./timeline-entry.mjs').TraceEntries} TraceEntries
 */

const HEAD = ['task', 'method', 'worker', 'queue wait', 'execution', 'total', 'status'];
const RIGHT_ALIGNED = new Set(['worker', 'queue wait', 'execution', 'total']);

/**
 * Writes a trace and its spans as text, times in milliseconds.
 *
 * @param {TraceEntries} entries
 */
export function formatTrace({ trace, spans }) {
  const rows = [HEAD, ...spans.map(spanRow)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        RIGHT_ALIGNED.has(HEAD[column])
          ? cell.padStart(widths[column])
          : cell.padEnd(widths[column])
      )
      .join('  ')
      .trimEnd()
  );
  return [traceLine(trace), '', ...lines].join('\n');
}

/** @param {TimelineEntry | undefined} trace */
function traceLine(trace) {
  if (!trace) return 'no trace';
  const { traceName, traceId, spanCount, status } = trace.detail;
  return `trace ${traceName} ${traceId}: ${ms(trace.duration)} ms, ${spanCount} spans, ${status}`;
}

/** @param {TimelineEntry} span */
function spanRow({ duration, detail }) {
  const { taskName, taskId, method, workerIndex, queueWaitMs, executionMs, status } = detail;
  return [
    taskName ?? taskId,
    method,
    String(workerIndex ?? '–'),
    ms(queueWaitMs),
    ms(executionMs),
    ms(duration),
    status,
  ];
}

/** @param {number | undefined} value */
function ms(value) {
  return value === undefined ? '–' : value.toFixed(2);
}
