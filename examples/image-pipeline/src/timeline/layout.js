import { max, min, ticks } from 'd3-array';
import { endOf, groupByTask } from './task-groups.js';

/**
 * @typedef {import('./feed.js').TraceRecord} TraceRecord
 * @typedef {'queue' | 'execution' | 'rest'} PhaseName
 * @typedef {object} Phase one part of a span's time
 * @property {PhaseName} name
 * @property {number} start ms since the trace's start
 * @property {number} duration
 * @typedef {object} Layout
 * @property {number} origin the trace's start on the page's clock
 * @property {number} duration of the trace, or of what is known of it yet
 * @property {number[]} ticks ms since the trace's start
 * @property {import('./task-groups.js').TaskGroup[]} groups
 */

const TICKS = 6;

/**
 * A trace's entries: its own, if it has ended, and its spans.
 * @param {TraceRecord} trace
 */
export function entriesOf({ measure, spans }) {
  return measure ? [measure, ...spans] : spans;
}

/**
 * When a trace began, as far as is known.
 * @param {TraceRecord} trace
 */
export function originOf(trace) {
  return min(entriesOf(trace), ({ startTime }) => startTime);
}

/**
 * @param {TraceRecord} trace
 * @returns {Layout}
 */
export function layOut(trace) {
  const origin = originOf(trace);
  const duration = max(entriesOf(trace), endOf) - origin;
  return {
    origin,
    duration,
    ticks: ticks(0, duration, TICKS),
    groups: groupByTask(trace.spans),
  };
}

/**
 * A span's time as it was spent: waiting for a worker, in the handler, and the rest, which is
 * mostly the result's way back.
 * @param {PerformanceMeasure} span
 * @param {number} origin
 * @returns {Phase[]}
 */
export function phasesOf(span, origin) {
  const { queueWaitMs, executionMs = 0 } = span.detail;
  const start = span.startTime - origin;
  const executionStart = start + queueWaitMs;
  /** @type {Phase[]} */
  const phases = [
    { name: 'queue', start, duration: queueWaitMs },
    { name: 'execution', start: executionStart, duration: executionMs },
    { name: 'rest', start: executionStart + executionMs, duration: restOf(span) },
  ];
  return phases.filter(({ duration }) => duration > 0);
}

/**
 * What of a span is neither queue wait nor execution.
 * @param {Pick<PerformanceMeasure, 'duration' | 'detail'>} span
 */
export function restOf({ duration, detail: { queueWaitMs, executionMs = 0 } }) {
  return Math.max(0, duration - queueWaitMs - executionMs);
}
