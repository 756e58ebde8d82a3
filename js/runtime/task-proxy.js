import { isOfObjects } from '../shared/reserved-names.js';
import { checkDispatchOptions } from './options.js';

/** Engines without `using` have no such symbol yet. */
const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/**
 * @typedef {import('../types.js').DispatchOptions} DispatchOptions
 * @typedef {import('./task.js').TaskRunner} TaskRunner
 */

/** A class of its own: state libraries leave its instances as they are. */
class Task {
  get [Symbol.toStringTag]() {
    return 'Task';
  }
}

/** @type {WeakSet<object>} of what `defineTask` and `with` have returned */
const prototypes = new WeakSet();

/**
 * Makes what users call: an ordinary object with the task's own methods. The worker's are its
 * prototype's, so that a copy which keeps the prototype, as some state libraries make one, has them too.
 * @param {TaskRunner} runner
 * @param {DispatchOptions} options
 * @returns {any}
 */
export function makeTaskProxy(runner, options) {
  /** @type {Map<string, Function>} */
  const methods = new Map();
  const prototype = new Proxy(/** @type {any} */ (new Task()), {
    get(target, name) {
      let method = methods.get(/** @type {string} */ (name));
      if (!method) {
        if (typeof name !== 'string' || isOfObjects(name)) return target[name];
        method = (/** @type {unknown[]} */ ...args) => runner.dispatch(name, args, options);
        methods.set(name, method);
      }
      return method;
    },
  });
  prototypes.add(prototype);
  const dispose = () => void runner.dispose();
  return Object.freeze(
    Object.assign(Object.create(prototype), {
      with(/** @type {DispatchOptions} */ more) {
        checkDispatchOptions(more);
        if (more.trace !== undefined) runner.traces.check(more.trace);
        return makeTaskProxy(runner, { ...options, ...more });
      },
      getState: () => runner.getState(),
      startWorkers: () => runner.startWorkers(),
      stopWorkers: () => runner.stopWorkers(),
      dispose,
      [DISPOSE]: dispose,
    })
  );
}

/**
 * The task inside a trace.
 * @param {any} task
 * @param {import('../types.js').Trace} trace
 * @returns {any}
 */
export function withTrace(task, trace) {
  if (!prototypes.has(Object.getPrototypeOf(Object(task)))) {
    throw new TypeError('trace.with() takes a task that defineTask() returned.');
  }
  return task.with({ trace });
}
