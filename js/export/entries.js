/** @file Which entries of a timeline are Atelier's. */
import { isObject, wrong } from './check.js';

/**
 * What is read of a `PerformanceEntry`; the object that its `toJSON()` makes will do.
 * @typedef {object} TimelineEntry
 * @property {string} name
 * @property {string} entryType
 * @property {number} startTime in ms since the time origin of the thread that made it
 * @property {number} duration in ms
 * @property {any} [detail]
 */

const OURS = /^atelier:(span:[0-9a-f]{16}|trace:[0-9a-f]{32})$/;

/**
 * The measures of calls and of traces, each once, in the order of their starts, an enclosing one
 * first. All other entries are left out, whoever made them.
 * @param {string} where
 * @param {Iterable<TimelineEntry>} entries
 * @returns {{ calls: TimelineEntry[], traces: TimelineEntry[] }}
 */
export function readEntries(where, entries) {
  const accepts = 'PerformanceEntry objects, in an array or another iterable';
  if (typeof (/** @type {any} */ (entries)?.[Symbol.iterator]) !== 'function') {
    throw wrong(where, 'entries', entries, accepts);
  }
  /** @type {Map<string, TimelineEntry>} */
  const ours = new Map();
  let index = 0;
  for (const entry of entries) {
    if (!isObject(entry)) throw wrong(where, `entries[${index}]`, entry, 'a PerformanceEntry');
    if (isOurs(entry)) ours.set(entry.name, entry);
    index += 1;
  }
  const sorted = [...ours.values()].sort(byStart);
  return {
    calls: sorted.filter(({ detail }) => detail.spanId !== undefined),
    traces: sorted.filter(({ detail }) => detail.spanId === undefined),
  };
}

/** @param {TimelineEntry} entry */
function isOurs({ entryType, name, detail }) {
  const [, id] = OURS.exec(name) ?? [];
  if (entryType !== 'measure' || !id || !isObject(detail)) return false;
  const { spanId, traceId } = /** @type {Record<string, unknown>} */ (detail);
  return id === (spanId === undefined ? `trace:${traceId}` : `span:${spanId}`);
}

/**
 * @param {TimelineEntry} a
 * @param {TimelineEntry} b
 */
const byStart = (a, b) =>
  a.startTime - b.startTime || b.duration - a.duration || (a.name < b.name ? -1 : 1);

/**
 * What people read: `Resize.process`, or the name of a trace.
 * @param {TimelineEntry} entry
 * @returns {string}
 */
export const labelOf = ({ detail }) =>
  detail.spanId === undefined
    ? (detail.traceName ?? 'trace')
    : `${detail.taskName ?? detail.taskId}.${detail.method}`;
