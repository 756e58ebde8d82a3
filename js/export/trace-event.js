import { labelOf, readEntries } from './entries.js';
import { toNanoseconds } from './time.js';

/** @typedef {import('./entries.js').TimelineEntry} TimelineEntry */

/**
 * An event of the Trace Event Format, of the kinds that toTraceEvents() makes.
 * @typedef {object} TraceEvent
 * @property {'M' | 'X' | 'b' | 'e'} ph the kind of event: metadata, complete, begin or end of an
 *   asynchronous one
 * @property {string} name
 * @property {string} cat
 * @property {number} pid always 1
 * @property {number} tid the row; 0 for the process and for queue waits
 * @property {number} ts start in microseconds since the time origin; 0 for metadata
 * @property {number} [dur] in microseconds
 * @property {string} [id] connects the begin and the end of an event
 * @property {Record<string, unknown>} args the entry's `detail`
 */

/**
 * Makes the content of a file for tools that open Chrome's Trace Event JSON, such as Perfetto
 * (ui.perfetto.dev) and the Performance panel of Chrome DevTools. Pass the result to `JSON.stringify`.
 * The first row has the traces, and each worker has a row with its calls. If slices of a row would
 * overlap, there is a further row. A call's wait in the queue is an asynchronous event. DevTools orders
 * the rows itself, and does not show asynchronous events of such a file. The same entries, in any
 * order, make the same events.
 *
 * Specification: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 * @example
 * ```js
 * const file = new Blob([JSON.stringify(toTraceEvents(performance.getEntries()))]);
 * ```
 * @param {Iterable<TimelineEntry>} entries entries of any kind, in any order. It ignores marks and
 *   entries of other code, so a call that has not settled is left out
 * @returns {{ traceEvents: TraceEvent[], displayTimeUnit: 'ms' }}
 * @throws {TypeError} when `entries` are no entries
 */
export function toTraceEvents(entries) {
  const { calls, traces } = readEntries('toTraceEvents()', entries);
  const rows = [...traceRows(traces), ...workerRows(calls)];
  const events = [
    ...calls.flatMap(queueWait),
    ...rows.flatMap(({ slices }, index) => slices.map((slice) => complete(slice, index + 1))),
  ];
  events.sort((a, b) => a.ts - b.ts);
  const names = [
    metadata('process_name', 0, { name: 'Atelier' }),
    ...rows.flatMap(({ name }, index) => [
      metadata('thread_name', index + 1, { name }),
      metadata('thread_sort_index', index + 1, { sort_index: index + 1 }),
    ]),
  ];
  return { traceEvents: [...names, ...events], displayTimeUnit: 'ms' };
}

const PID = 1;

/**
 * @typedef {object} Slice
 * @property {TimelineEntry} entry
 * @property {string} cat
 * @property {number} start in ns, as `end` is
 * @property {number} end
 *
 * @typedef {{ name: string, slices: Slice[], open: Slice[] }} Row `open`: the last slice and those
 *   that it is nested in
 */

/** @param {TimelineEntry[]} traces */
function traceRows(traces) {
  return toRows(
    'Traces',
    traces.map((entry) => sliceOf(entry, 'atelier.trace', entry.startTime, entry.duration))
  );
}

/**
 * Tasks in the order of their first calls, each with its workers by their numbers.
 * @param {TimelineEntry[]} calls
 */
function workerRows(calls) {
  /** @type {Map<string, { name: string, workers: Map<number, Slice[]> }>} */
  const tasks = new Map();
  for (const entry of calls) {
    const { taskId, taskName, workerIndex } = entry.detail;
    if (workerIndex === undefined) continue;
    const task = tasks.get(taskId) ?? { name: taskName ?? taskId, workers: new Map() };
    tasks.set(taskId, task);
    const executions = task.workers.get(workerIndex) ?? [];
    task.workers.set(workerIndex, executions);
    executions.push(executionOf(entry));
  }
  return [...tasks.values()].flatMap(({ name, workers }) =>
    [...workers]
      .sort(([a], [b]) => a - b)
      .flatMap(([index, slices]) => toRows(`${name} · worker ${index}`, slices))
  );
}

/**
 * What a worker did for a call. If it did not come to an end there, until the call settled.
 * @param {TimelineEntry} entry
 */
function executionOf(entry) {
  const { startTime, duration, detail } = entry;
  const { queueWaitMs = 0, executionMs = duration - queueWaitMs } = detail;
  return sliceOf(entry, 'atelier.execution', startTime + queueWaitMs, executionMs);
}

/**
 * @param {TimelineEntry} entry
 * @param {string} cat
 * @param {number} startMs
 * @param {number} durationMs
 * @returns {Slice}
 */
const sliceOf = (entry, cat, startMs, durationMs) => ({
  entry,
  cat,
  start: Number(toNanoseconds(startMs)),
  end: Number(toNanoseconds(startMs + durationMs)),
});

/**
 * Viewers take a slice that begins inside another one of its row as called by it. So each slice goes
 * to the first row where it begins inside none, or inside the trace that its own is nested in.
 * @param {string} name
 * @param {Slice[]} slices
 * @returns {Row[]}
 */
function toRows(name, slices) {
  /** @type {Row[]} */
  const rows = [];
  for (const slice of [...slices].sort((a, b) => a.start - b.start)) {
    let row = rows.find((candidate) => fits(candidate, slice));
    if (!row) {
      row = { name: rows.length ? `${name} · row ${rows.length + 1}` : name, slices: [], open: [] };
      rows.push(row);
    }
    row.slices.push(slice);
    row.open.push(slice);
  }
  return rows;
}

/**
 * @param {Row} row
 * @param {Slice} slice
 */
function fits({ open }, { start, end, entry }) {
  while (open.length && open[open.length - 1].end <= start) open.pop();
  const around = open[open.length - 1];
  if (!around) return true;
  const { parentTraceId } = entry.detail;
  return (
    parentTraceId !== undefined &&
    around.entry.detail.traceId === parentTraceId &&
    end <= around.end
  );
}

/**
 * @param {Slice} slice
 * @param {number} tid
 * @returns {TraceEvent}
 */
const complete = ({ entry, cat, start, end }, tid) => ({
  ph: 'X',
  name: labelOf(entry),
  cat,
  pid: PID,
  tid,
  ts: start / 1000,
  dur: (end - start) / 1000,
  args: entry.detail,
});

/**
 * @param {TimelineEntry} entry
 * @returns {TraceEvent[]}
 */
function queueWait(entry) {
  const { spanId, taskId, taskName, queueWaitMs = 0 } = entry.detail;
  const { start, end } = sliceOf(entry, '', entry.startTime, queueWaitMs);
  // User Timing's category: DevTools' model pairs no others' begins and ends.
  const cat = 'blink.user_timing';
  const common = {
    name: `${taskName ?? taskId} · queue`,
    cat,
    pid: PID,
    tid: 0,
    id: `0x${spanId}`,
  };
  return [
    { ph: 'b', ...common, ts: start / 1000, args: entry.detail },
    { ph: 'e', ...common, ts: end / 1000, args: {} },
  ];
}

/**
 * @param {string} name
 * @param {number} tid
 * @param {Record<string, unknown>} args
 * @returns {TraceEvent}
 */
const metadata = (name, tid, args) => ({
  ph: 'M',
  name,
  cat: '__metadata',
  pid: PID,
  tid,
  ts: 0,
  args,
});
