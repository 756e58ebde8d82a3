/** @file Which spans' measures are made, by the tasks that they are of. */

/** @type {Map<string, string[]>} the measures' names, by the stage in their taskId */
const made = new Map();
let measure = performance.measure;

/**
 * Notes the measures of a stage, as they are made: an observer hears of them much later.
 * @param {string} stage
 */
export function watchMeasures(stage) {
  if (made.size === 0) {
    measure = performance.measure;
    performance.measure = (/** @type {string} */ name, /** @type {any} */ ...rest) => {
      const taskId = rest[0]?.detail?.taskId;
      if (taskId && name.startsWith('atelier:span:')) made.get(stageOf(taskId))?.push(name);
      return measure.call(performance, name, ...rest);
    };
  }
  made.set(stage, []);
}

/**
 * @param {string} stage
 * @returns {string[]} the names of the measures since the last call
 */
export const takeMeasures = (stage) => made.get(stage)?.splice(0) ?? [];

/** @param {string} stage */
export function unwatchMeasures(stage) {
  made.delete(stage);
  if (made.size === 0) Reflect.deleteProperty(performance, 'measure'); // there is the platform's own
}

/**
 * @param {string} stage
 * @returns {number} how many start marks of a stage's spans are in the timeline
 */
export const marksOf = (stage) =>
  performance
    .getEntriesByType('mark')
    .map((entry) => /** @type {PerformanceMark} */ (entry).detail?.taskId)
    .filter((taskId) => typeof taskId === 'string' && stageOf(taskId) === stage).length;

/** @param {string} taskId */
const stageOf = (taskId) => taskId.split('.')[0];
