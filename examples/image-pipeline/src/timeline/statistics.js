import { quantile } from 'd3-array';
import { byId, element } from '../ui/element.js';
import { formatMs } from '../ui/format.js';
import { groupByTask } from './task-groups.js';

/**
 * @typedef {object} TaskStatistics
 * @property {string} taskId
 * @property {string} label
 * @property {number} count
 * @property {number} p50 of the spans' durations, in ms, as is `p95`
 * @property {number} p95
 * @property {number} queueP50 half of the calls waited no longer for a worker
 * @property {number | undefined} executionP50 undefined if no handler has run
 */

/**
 * @param {PerformanceMeasure[]} spans
 * @returns {TaskStatistics[]} one for each task, the most called first
 */
export function statisticsOf(spans) {
  const rows = groupByTask(spans).map(({ taskId, label, spans: own }) => ({
    taskId,
    label,
    count: own.length,
    p50: quantile(own, 0.5, ({ duration }) => duration),
    p95: quantile(own, 0.95, ({ duration }) => duration),
    queueP50: quantile(own, 0.5, ({ detail }) => detail.queueWaitMs),
    executionP50: quantile(own, 0.5, ({ detail }) => detail.executionMs),
  }));
  return rows.sort((one, other) => other.count - one.count);
}

/** @param {TaskStatistics[]} rows */
export function showStatistics(rows) {
  byId('statistics').replaceChildren(
    ...rows.map(({ taskId, label, count, p50, p95, queueP50, executionP50 }) =>
      element(
        'tr',
        { 'data-task': taskId },
        element('th', { scope: 'row' }, element('span', { class: 'key key-task' }), label),
        element('td', {}, String(count)),
        ...[p50, p95, queueP50, executionP50].map((ms) =>
          element('td', {}, ms === undefined ? '–' : formatMs(ms))
        )
      )
    )
  );
}
