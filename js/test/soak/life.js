/**
 * @file A runtime's whole life, as the soak tests live it many times. For Node and browsers alike.
 */

/**
 * Makes a runtime, uses what holds on to things, and disposes it with a call unfinished.
 * @param {object} options
 * @param {(options?: import('atelier-wasm').RuntimeOptions)
 *   => Promise<import('atelier-wasm').TaskRuntime>} options.createTaskRuntime
 * @param {() => any} options.makeWorker a worker whose script is workers/handlers.js
 * @param {AbortSignal} options.signal one that outlives all runtimes
 * @returns {Promise<WeakRef<object>[]>} what nothing should hold any more
 */
export async function live({ createTaskRuntime, makeWorker, signal }) {
  const runtime = await createTaskRuntime();
  /** @type {WeakRef<object>[]} */
  const refs = [];
  const worker = () => {
    const made = makeWorker();
    refs.push(new WeakRef(made));
    return made;
  };
  /** @type {any} */
  const task = runtime.defineTask({ type: 'parallel', poolSize: 1, worker, idleTimeoutMs: 60_000 });
  refs.push(new WeakRef(runtime), new WeakRef(task));
  runtime.subscribeRuntimeSnapshot(() => {}, { intervalMs: 1 });

  const bound = task.with({ signal, key: 'soak', onProgress: () => {}, timeoutMs: 60_000 });
  await runtime.trace('soak', () => Promise.all([bound.steps(3), bound.add(1, 2)]));
  const controller = new AbortController();
  const cancelled = task.with({ signal: controller.signal }).later(0, 60_000);
  controller.abort();
  const byKey = bound.later(0, 60_000);
  runtime.abortTaskController.abort('soak');
  const unfinished = bound.later(0, 60_000);
  const ends = Promise.allSettled([cancelled, byKey, unfinished]);

  await runtime.dispose();
  const names = (await ends).map((end) => /** @type {any} */ (end).reason?.name);
  if (`${names}` !== 'AbortError,AbortError,TaskDisposedError') throw new Error(`saw ${names}`);
  runtime.clearMeasures();
  return refs;
}
