/**
 * @file A measure of ours in the page's performance timeline, as it comes out of the page.
 */

/**
 * @typedef {object} TimelineEntry
 * @property {string} name
 * @property {number} startTime
 * @property {number} duration
 * @property {any} detail
 *
 * @typedef {object} TraceEntries
 * @property {TimelineEntry | undefined} trace
 * @property {TimelineEntry[]} spans by start
 */

/**
 * Picks the last trace of that name out of a timeline, and its spans.
 *
 * @param {TimelineEntry[]} entries
 * @param {string} traceName
 * @returns {TraceEntries}
 */
export function pickTrace(entries, traceName) {
  const trace = entries.findLast(
    ({ name, detail }) => name.startsWith('atelier:trace:') && detail.traceName === traceName
  );
  const spans = entries
    .filter(({ name, detail }) => isSpan(name) && detail.traceId === trace?.detail.traceId)
    .sort((one, other) => one.startTime - other.startTime);
  return { trace, spans };
}

/** @param {string} name */
function isSpan(name) {
  return name.startsWith('atelier:span:');
}
