/**
 * @typedef {object} TraceRecord
 * @property {string} id
 * @property {string} [name]
 * @property {PerformanceMeasure} [measure] absent as long as the trace is open
 * @property {PerformanceMeasure[]} spans those that have settled
 * @typedef {object} Feed
 * @property {TraceRecord[]} traces the oldest first
 * @property {PerformanceMeasure[]} spans all of them, in a trace or not
 */

const SPAN = 'atelier:span:';
const TRACE = 'atelier:trace:';

/**
 * Watches the browser's performance timeline for traces and spans, those included that are in it
 * already.
 * @param {(feed: Feed) => void} onChange
 */
export function observeTimeline(onChange) {
  /** @type {Map<string, TraceRecord>} */
  const traces = new Map();
  /** @type {PerformanceMeasure[]} */
  const spans = [];

  const recordOf = ({ traceId, traceName }) => {
    let record = traces.get(traceId);
    if (!record) {
      record = { id: traceId, name: traceName, spans: [] };
      traces.set(traceId, record);
    }
    return record;
  };

  const observer = new PerformanceObserver((list) => {
    const measures = /** @type {PerformanceMeasure[]} */ (list.getEntries());
    for (const measure of measures) {
      if (measure.name.startsWith(SPAN)) {
        spans.push(measure);
        if (measure.detail.traceId) recordOf(measure.detail).spans.push(measure);
      } else if (measure.name.startsWith(TRACE)) {
        recordOf(measure.detail).measure = measure;
      }
    }
    onChange({ traces: [...traces.values()], spans });
  });
  observer.observe({ type: 'measure', buffered: true });
}
