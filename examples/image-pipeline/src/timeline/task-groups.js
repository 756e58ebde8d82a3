import { groups, max, sort } from 'd3-array';

/**
 * The spans of one task.
 * @typedef {object} TaskGroup
 * @property {string} taskId
 * @property {string} label
 * @property {PerformanceMeasure[]} spans by start
 */

/**
 * @param {PerformanceMeasure[]} spans
 * @returns {TaskGroup[]} in the order in which the tasks got done
 */
export function groupByTask(spans) {
  const byTask = groups(spans, ({ detail }) => detail.taskId);
  return sort(byTask, ([, own]) => max(own, endOf)).map(([taskId, own]) => ({
    taskId,
    label: own[0].detail.taskName ?? taskId,
    spans: sort(own, ({ startTime }) => startTime),
  }));
}

/** @param {PerformanceMeasure} entry */
export function endOf({ startTime, duration }) {
  return startTime + duration;
}
