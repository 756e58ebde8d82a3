/** @file Which entries of a timeline are Atelier's. */
import { isObject, wrong } from '../shared/check.js';

/**
 * The properties of a `PerformanceEntry` that the exports read. You may pass any object with these
 * properties. The result of `toJSON()` is not enough, because browsers leave `detail` out of it.
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
    if (isOurs(entry)) {
      check(where, index, entry);
      if (hasItsId(entry)) ours.set(entry.name, withoutDevtools(entry));
    }
    index += 1;
  }
  const sorted = [...ours.values()].sort(byStart);
  return {
    calls: sorted.filter(({ detail }) => detail.spanId !== undefined),
    traces: sorted.filter(({ detail }) => detail.spanId === undefined),
  };
}

/** @param {TimelineEntry} entry */
const isOurs = ({ entryType, name }) => entryType === 'measure' && OURS.test(name);

/** @param {TimelineEntry} entry */
const hasItsId = ({ name, detail: { spanId, traceId } }) =>
  name === (spanId === undefined ? `atelier:trace:${traceId}` : `atelier:span:${spanId}`);

/**
 * Leaves out what is for Chrome DevTools alone (`spans: { devtools: true }`).
 * @param {TimelineEntry} entry
 * @returns {TimelineEntry}
 */
function withoutDevtools(entry) {
  if (!('devtools' in entry.detail)) return entry;
  const { name, entryType, startTime, duration, detail } = entry;
  const rest = { ...detail };
  delete rest.devtools;
  return { name, entryType, startTime, duration, detail: rest };
}

/**
 * @param {string} where
 * @param {number} index
 * @param {any} entry
 */
function check(where, index, entry) {
  for (const time of ['startTime', 'duration']) {
    if (Number.isFinite(entry[time])) continue;
    throw wrong(where, `entries[${index}].${time}`, entry[time], 'a number of milliseconds');
  }
  if (isObject(entry.detail)) return;
  const accepts = "the measure's own, which browsers leave out of toJSON()";
  throw wrong(where, `entries[${index}].detail`, entry.detail, accepts);
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
