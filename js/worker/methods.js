import { isOfObjects } from '../shared/reserved-names.js';

/** What a task has itself. */
const OF_TASKS = ['with', 'getState', 'startWorkers', 'stopWorkers', 'dispose'];

/**
 * Finds the names of what can be called.
 * @param {any} handlers an object of functions, or an instance
 * @returns {string[]}
 * @throws {TypeError} that names what cannot be exposed
 */
export function methodsOf(handlers) {
  if (typeof handlers !== 'object' || handlers === null || Array.isArray(handlers)) {
    throw new TypeError(
      `expose() takes an object of functions, or an instance of a class, but was given ${kindOf(handlers)}.`
    );
  }
  const proto = Object.getPrototypeOf(handlers);
  const isPlain = proto === null || proto === Object.prototype;
  const names = isPlain ? namesInObject(handlers) : namesInInstance(handlers);
  if (names.length === 0) {
    throw new TypeError('expose() takes an object of functions, but there is no function in it.');
  }
  const reserved = names.find((name) => OF_TASKS.includes(name) || isOfObjects(name));
  if (reserved !== undefined) {
    throw new TypeError(
      `expose() cannot take a handler named '${reserved}': a task, or every object, has something ` +
        'of that name. Rename the handler.'
    );
  }
  return names;
}

/**
 * A namespace object of a bundler has getters: they are called.
 * @param {any} object
 */
function namesInObject(object) {
  const names = Object.keys(object);
  const other = names.find((name) => typeof object[name] !== 'function');
  if (other !== undefined) {
    throw new TypeError(
      `expose() takes functions, but '${other}' is ${kindOf(object[other])}. Put every handler at ` +
        'the top of the object, and keep values out of it.'
    );
  }
  return names;
}

/**
 * Those of its class and of the classes above, and its own fields. No getter is called.
 * @param {object} instance
 */
function namesInInstance(instance) {
  /** @type {Map<string, boolean>} with whether it is a function; the nearest counts */
  const found = new Map();
  for (let object = instance; object && object !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(object)) {
      if (found.has(name) || (name === 'constructor' && object !== instance)) continue;
      const { value } = /** @type {any} */ (Object.getOwnPropertyDescriptor(object, name));
      found.set(name, typeof value === 'function');
    }
    object = Object.getPrototypeOf(object);
  }
  return [...found.keys()].filter((name) => found.get(name));
}

/** @param {unknown} value */
function kindOf(value) {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `a ${typeof value}`;
}
