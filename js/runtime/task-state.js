/**
 * Reads a task's counters from the core.
 * @param {import('./core.js').Core} core
 * @param {number} task
 * @param {import('./runtime.js').CompleteTaskConfig} config
 * @param {object} life what the core does not know
 * @param {import('../types.js').TaskState['lastCrash']} life.lastCrash
 * @param {boolean} life.crashed whether no worker has been ready since
 * @param {boolean} life.disposed then it has no calls and no workers
 * @returns {import('../types.js').TaskState}
 */
export function readTaskState(core, task, config, { lastCrash, crashed, disposed }) {
  const { type, poolSize, maxInFlight, maxQueueDepth, queuePolicy } = config;
  if (!disposed) core.count(task);
  const read = (/** @type {(task: number) => number} */ counter) => (disposed ? 0 : counter(task));
  const activeWorkers = read(core.activeWorkers);
  const idleStatus = crashed ? 'crashed' : 'stopped';
  return {
    type,
    poolSize,
    activeWorkers,
    workerStatus: activeWorkers > 0 ? 'running' : idleStatus,
    totalDispatched: core.totalDispatched(task),
    inFlight: read(core.inFlight),
    pending: read(core.pending),
    waiting: read(core.waiting),
    inFlightByWorker: Array.from({ length: poolSize }, (_, worker) =>
      disposed ? 0 : core.inFlightOn(task, worker)
    ),
    maxInFlight,
    maxQueueDepth,
    queuePolicy,
    ...(lastCrash && { lastCrash: { ...lastCrash } }),
  };
}
