import { checkDispatchOptions } from './options.js';

/** Engines without `using` have no such symbol yet. */
const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/**
 * @typedef {import('../types.js').DispatchOptions} DispatchOptions
 * @typedef {import('./task.js').TaskRunner} TaskRunner
 */

/** @type {WeakSet<object>} what `defineTask` and `with` have returned */
const tasks = new WeakSet();

/**
 * Makes what users call: every property is a method of the worker, except the task's own and those
 * that the language itself looks up. `then` is one of the latter, so that a task is no thenable.
 * @param {TaskRunner} runner
 * @param {DispatchOptions} options
 * @returns {any}
 */
export function makeTaskProxy(runner, options) {
  /** @type {Record<string, unknown>} */
  const own = {
    with: (/** @type {DispatchOptions} */ more) => {
      checkDispatchOptions(more);
      if (more.trace !== undefined) runner.traces.check(more.trace);
      return makeTaskProxy(runner, { ...options, ...more });
    },
    getState: () => runner.getState(),
    startWorkers: () => runner.startWorkers(),
    stopWorkers: () => runner.stopWorkers(),
    dispose: () => void runner.dispose(),
  };
  /** @type {Map<string, Function>} */
  const methods = new Map();
  const proxy = new Proxy(Object.freeze(own), {
    get(target, name) {
      if (name === DISPOSE) return target.dispose;
      if (typeof name !== 'string' || name === 'then' || name === 'toJSON') return undefined;
      if (Object.hasOwn(target, name)) return target[name];
      let method = methods.get(name);
      if (!method) {
        method = (/** @type {unknown[]} */ ...args) => runner.dispatch(name, args, options);
        methods.set(name, method);
      }
      return method;
    },
  });
  tasks.add(proxy);
  return proxy;
}

/**
 * The task inside a trace.
 * @param {any} task
 * @param {import('../types.js').Trace} trace
 * @returns {any}
 */
export function withTrace(task, trace) {
  if (!tasks.has(task)) {
    throw new TypeError('trace.with() takes a task that defineTask() returned.');
  }
  return task.with({ trace });
}
