/**
 * Reads a task's counters from the core.
 * @param {import('./core.js').Core} core
 * @param {number} task
 * @param {import('./runtime.js').CompleteTaskConfig} config
 * @param {import('../types.js').TaskState['lastCrash']} lastCrash
 * @returns {import('../types.js').TaskState}
 */
export function readTaskState(core, task, config, lastCrash) {
  const { type, poolSize, maxInFlight, maxQueueDepth, queuePolicy } = config;
  core.observe(task);
  const activeWorkers = core.activeWorkers(task);
  const idleStatus = lastCrash ? 'crashed' : 'stopped';
  return {
    type,
    poolSize,
    activeWorkers,
    workerStatus: activeWorkers > 0 ? 'running' : idleStatus,
    totalDispatched: core.totalDispatched(task),
    inFlight: core.inFlight(task),
    pending: core.pending(task),
    waiting: core.waiting(task),
    inFlightByWorker: Array.from({ length: poolSize }, (_, worker) => core.runningOn(task, worker)),
    maxInFlight,
    maxQueueDepth,
    queuePolicy,
    ...(lastCrash && { lastCrash: { ...lastCrash } }),
  };
}
