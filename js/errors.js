/**
 * @file The package's own errors. Beside them calls reject with the platform's: `AbortError` (or
 * the signal's own reason) and `DataCloneError`, both DOMException, and `TypeError`.
 */

/** A worker ended while a call was on it, or could not be started for it. */
export class WorkerCrashedError extends Error {
  /**
   * @param {string} message
   * @param {{ taskId: string, workerIndex: number, cause?: unknown }} details
   */
  constructor(message, { taskId, workerIndex, cause }) {
    super(message, { cause });
    this.name = 'WorkerCrashedError';
    /** The task whose worker it was. */
    this.taskId = taskId;
    /** Which of the task's workers it was, from 0. */
    this.workerIndex = workerIndex;
  }
}

/** The task, or its runtime, was disposed before the call had settled, or before it was made. */
export class TaskDisposedError extends Error {
  /** @param {string} taskId */
  constructor(taskId) {
    super(`The task '${taskId}' has been disposed: define a new one to make further calls.`);
    this.name = 'TaskDisposedError';
    /** The task that was disposed. */
    this.taskId = taskId;
  }
}

/** The worker exposes no method of that name. */
export class UnknownMethodError extends Error {
  /**
   * @param {string} method
   * @param {string[]} methods
   */
  constructor(method, methods) {
    const known = methods.map((name) => `'${name}'`).join(', ') || 'none';
    super(`The worker exposes no method '${method}'. It exposes: ${known}.`);
    this.name = 'UnknownMethodError';
    /** The name that was called. */
    this.method = method;
    /** The names that the worker exposes. */
    this.methods = methods;
  }
}

/** The page is not cross-origin isolated, and so has no shared memory. */
export class NotIsolatedError extends Error {
  constructor() {
    super(
      'This page is not cross-origin isolated, so it has no shared memory for workers. Serve it ' +
        'with the headers "Cross-Origin-Opener-Policy: same-origin" and ' +
        '"Cross-Origin-Embedder-Policy: require-corp", and its worker scripts with the latter.'
    );
    this.name = 'NotIsolatedError';
  }
}
