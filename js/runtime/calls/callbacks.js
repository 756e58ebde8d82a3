/**
 * @file Callbacks in the arguments of a call. They cannot be cloned, so an object stands for each of them,
 * which the worker replaces again (worker/callbacks.js). Only the objects that lead to one are copied here,
 * as structuredClone would; all others stay as they are, for the clone to judge.
 */
import { functionOf } from '../../callback.js';
import { tagOf } from '../../shared/transferables.js';
import { define } from '../../shared/define.js';

/**
 * Whether callbacks are looked for at once. Nested ones are when the platform has refused them.
 * @type {(args: import('./arguments.js').Arguments) => boolean}
 */
export let mayHoldCallbacks = ({ values }) => values.some(functionOf);

/**
 * Has them looked for in other calls, for an engine where arguments that were refused cannot be posted again.
 * @param {typeof mayHoldCallbacks} test
 */
export function takeCallbacksIf(test) {
  mayHoldCallbacks = test;
}

/**
 * Puts stand-ins in the place of the callbacks in a call's arguments, if there are any.
 * @param {import('./open-calls.js').OpenCall} call
 * @returns {boolean} whether there were
 */
export function takeCallbacks(call) {
  if (!call.args || call.callbacks) return false;
  const { values, transfer } = call.args;
  const { holders, standIns } = findHolders(values);
  if (standIns.size === 0) return false;

  /** @type {Map<any, any>} */
  const copies = new Map();
  const leading = [...standIns.keys()];
  for (const one of leading) {
    for (const holder of holders.get(one) ?? []) {
      if (copies.has(holder)) continue;
      copies.set(holder, emptyOf(holder));
      leading.push(holder);
    }
  }
  const replaced = (/** @type {any} */ value) => {
    // A getter may give another one each time.
    if (functionOf(value) && !standIns.has(value)) standIns.set(value, {});
    return standIns.get(value) ?? copies.get(value) ?? value;
  };
  for (const [from, to] of copies) fill(from, to, replaced);
  // In the same list, so that whatever clones it keeps them together.
  const copied = [...copies.get(values), [...copies.values()], [...standIns.values()]];
  call.args = { values: copied, transfer };
  call.callbacks = [...standIns.keys()].map(functionOf);
  return true;
}

/**
 * Looks for callbacks in arguments.
 * @param {unknown[]} root
 * @param {(object: object) => any[]} [valuesOf] what an object holds; the default calls its getters
 * @returns {{ holders: Map<any, object[]>, standIns: Map<any, object> }} `holders`: of all that is in it,
 *   what holds it; `standIns`: one for each callback
 */
export function findHolders(root, valuesOf = Object.values) {
  /** @type {Map<any, object>} */
  const standIns = new Map();
  /** @type {Map<any, object[]>} */
  const holders = new Map([[root, []]]);
  /** @type {any[]} */
  const left = [root];
  for (const holder of left) {
    for (const child of childrenOf(holder, valuesOf)) {
      const isCallback = functionOf(child) !== undefined;
      if (!isCallback && (typeof child !== 'object' || child === null)) continue;
      const known = holders.get(child);
      if (known) {
        known.push(holder);
        continue;
      }
      holders.set(child, [holder]);
      if (isCallback) standIns.set(child, {});
      else left.push(child);
    }
  }
  return { holders, standIns };
}

const isMap = (/** @type {any} */ value) => value instanceof Map || tagOf(value) === 'Map';
const isSet = (/** @type {any} */ value) => value instanceof Set || tagOf(value) === 'Set';

/**
 * What structuredClone would look at in an object.
 * @param {any} object
 * @param {(object: object) => any[]} valuesOf
 * @returns {any[]}
 */
function childrenOf(object, valuesOf) {
  /** @type {any[]} */
  const children = [];
  try {
    if (isMap(object)) {
      Map.prototype.forEach.call(object, (value, key) => children.push(key, value));
    } else if (isSet(object)) {
      Set.prototype.forEach.call(object, (value) => children.push(value));
    } else if (isPropertied(object)) {
      return valuesOf(object);
    }
  } catch {
    // Not what it looked like, or its getters throw: the clone will tell.
  }
  return children;
}

/**
 * Whether structuredClone takes its properties, and not what an object of the platform stands for.
 * @param {object} object
 */
function isPropertied(object) {
  const tag = tagOf(object);
  return tag === 'Object' || tag === 'Array' || !(tag in globalThis);
}

/** @param {any} object */
function emptyOf(object) {
  if (Array.isArray(object)) return [];
  if (isMap(object)) return new Map();
  return isSet(object) ? new Set() : {};
}

/**
 * @param {any} from
 * @param {any} to
 * @param {(value: any) => any} replaced
 */
function fill(from, to, replaced) {
  if (to instanceof Map) {
    Map.prototype.forEach.call(from, (value, key) => to.set(replaced(key), replaced(value)));
  } else if (to instanceof Set) {
    Set.prototype.forEach.call(from, (value) => to.add(replaced(value)));
  } else {
    if (Array.isArray(to)) to.length = from.length;
    for (const key of Object.keys(from)) define(to, key, replaced(from[key]));
  }
}
