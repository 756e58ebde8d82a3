import { SIZES } from '../../examples/image-pipeline/src/sizes.js';

/** @typedef {import('./timeline-entry.mjs').TraceEntries} TraceEntries */

export const TRACE_NAME = 'process-image';

/** How often one run of the image pipeline calls what. */
const EXPECTED = new Map([
  ['resize.decode', 1],
  ['resize.scale', SIZES.length],
  ['enhance.enhance', SIZES.length],
  ['analyze.analyze', 2],
]);

/**
 * Compares a run's entries with what a run has to leave in the timeline.
 *
 * @param {TraceEntries} entries
 * @returns {string[]} what is missing or wrong; empty if nothing is
 */
export function problemsOf({ trace, spans }) {
  if (!trace) return [`the trace '${TRACE_NAME}'`];
  const problems = [];
  const { status, error, spanCount } = trace.detail;
  if (status !== 'ok') problems.push(`the trace's status is '${status}': ${error}`);
  if (spanCount !== spans.length) {
    problems.push(`the trace counts ${spanCount} spans, the timeline has ${spans.length}`);
  }
  for (const [call, count] of EXPECTED) {
    const found = spans.filter(({ detail }) => `${detail.taskId}.${detail.method}` === call);
    if (found.length !== count) problems.push(`${call}: ${found.length} of ${count} spans`);
    for (const { detail } of found) {
      if (detail.status !== 'ok') problems.push(`${call}: ${detail.status}, ${detail.error}`);
    }
  }
  return problems;
}
