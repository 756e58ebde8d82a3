/**
 * @file The package's own errors. Calls also reject with the platform's errors: `AbortError` (or the
 * signal's own reason) and `DataCloneError`, both DOMException, and `TypeError`.
 */

/**
 * A call rejects with this when its worker ends while it runs, or cannot be started for it.
 * @hideconstructor
 */
export class WorkerCrashedError extends Error {
  name = 'WorkerCrashedError';

  /**
   * @param {string} message
   * @param {{ taskId: string, workerIndex: number, cause?: unknown }} details
   */
  constructor(message, { taskId, workerIndex, cause }) {
    super(message, { cause });
    /** The task whose worker it was. */
    this.taskId = taskId;
    /** Which of the task's workers it was, from 0. */
    this.workerIndex = workerIndex;
  }
}

/**
 * A call rejects with this when its task or the runtime is disposed, or when it is made while either is
 * drained or after it was disposed.
 * @hideconstructor
 */
export class TaskDisposedError extends Error {
  name = 'TaskDisposedError';

  /** @param {string} taskId */
  constructor(taskId) {
    super(
      `The task '${taskId}' takes no calls any more: it, or its runtime, was disposed or drained. ` +
        'Define a new one to make further calls.'
    );
    /** The task that was disposed. */
    this.taskId = taskId;
  }
}

/**
 * A call rejects with this when the queue is full and `queuePolicy` is `'reject'`, or when the runtime's
 * memory has no room for one more call.
 * @hideconstructor
 */
export class QueueFullError extends Error {
  name = 'QueueFullError';

  /**
   * @param {string} taskId
   * @param {number} [maxQueueDepth] left out if the memory is full
   */
  constructor(taskId, maxQueueDepth = Infinity) {
    super(
      maxQueueDepth === Infinity
        ? `The runtime's memory has no room for one more call of task '${taskId}'. Call again when ` +
            'some have settled, or bound the queue with maxQueueDepth.'
        : `The queue of task '${taskId}' is full (maxQueueDepth: ${maxQueueDepth}). Call again ` +
            "later, or define the task with queuePolicy 'block' to have callers wait."
    );
    /** The task whose queue it is. */
    this.taskId = taskId;
    /** How many calls the queue holds; Infinity if the memory is full. */
    this.maxQueueDepth = maxQueueDepth;
  }
}

/**
 * A call rejects with this when it is dropped from a full queue: `queuePolicy` is `'drop-latest'` or
 * `'drop-oldest'`.
 * @hideconstructor
 */
export class QueueDropError extends Error {
  name = 'QueueDropError';

  /**
   * @param {string} taskId
   * @param {number} maxQueueDepth
   */
  constructor(taskId, maxQueueDepth) {
    super(
      `The call was dropped: the queue of task '${taskId}' is full ` +
        `(maxQueueDepth: ${maxQueueDepth}), and its policy is to drop calls then.`
    );
    /** The task whose queue it is. */
    this.taskId = taskId;
    /** How many calls the queue holds. */
    this.maxQueueDepth = maxQueueDepth;
  }
}

/**
 * A call rejects with this when the worker exposes no method of its name.
 * @hideconstructor
 */
export class UnknownMethodError extends Error {
  name = 'UnknownMethodError';

  /**
   * @param {string} method
   * @param {string[]} methods
   */
  constructor(method, methods) {
    const known = methods.map((name) => `'${name}'`).join(', ') || 'none';
    super(`The worker exposes no method '${method}'. It exposes: ${known}.`);
    /** The name that was called. */
    this.method = method;
    /** The names that the worker exposes. */
    this.methods = methods;
  }
}

/**
 * createTaskRuntime() rejects with this when the page has no shared memory and `isolation` is `'required'`.
 * A page has none if it is not cross-origin isolated; some browsers give it none even so. By default calls
 * go by messages then.
 * @hideconstructor
 */
export class NotIsolatedError extends Error {
  name = 'NotIsolatedError';

  constructor() {
    super(
      globalThis.crossOriginIsolated
        ? 'This page is cross-origin isolated, but its browser has no SharedArrayBuffer, so it has ' +
            'no shared memory for workers.'
        : 'This page is not cross-origin isolated, so it has no shared memory for workers. Serve it ' +
            'with the headers "Cross-Origin-Opener-Policy: same-origin" and ' +
            '"Cross-Origin-Embedder-Policy: require-corp", and its worker scripts with the latter.'
    );
  }
}
