/** @file What the parts of a program do, on whichever thread. */
import { describe } from './describe.js';

/**
 * @typedef {import('./generate.js').ValuePlan} ValuePlan
 * @typedef {import('./generate.js').HandlerStep} HandlerStep
 */

class Instance {
  get half() {
    return 1;
  }
}

/**
 * @param {ValuePlan} plan
 * @param {(n: number) => any} callbackOf
 * @param {boolean} [cloned] whether instances are what a clone makes of them
 * @returns {any}
 */
export function build(plan, callbackOf, cloned = false) {
  /** @type {any[]} */
  const containers = [];
  const one = (/** @type {ValuePlan} */ part) => {
    switch (part.is) {
      case 'number':
        return part.n;
      case 'date':
        return new Date(part.n);
      case 'bytes':
        return new Uint8Array([part.n, 1]);
      case 'callback':
        return callbackOf(part.n);
      case 'same':
        return containers[part.of];
      default:
        return fill(part);
    }
  };
  const fill = (/** @type {Extract<ValuePlan, { parts: any }>} */ { is, parts }) => {
    /** @type {any} */
    let made = is === 'instance' && !cloned ? new Instance() : {};
    if (is === 'list') made = [];
    if (is === 'map') made = new Map();
    if (is === 'set') made = new Set();
    containers.push(made);
    for (const [i, part] of parts.entries()) {
      const value = one(part);
      if (is === 'list') made.push(value);
      else if (is === 'set') made.add(value);
      else if (is !== 'map') made[`p${i}`] = value;
      else if (i % 2) made.set(value, i);
      else made.set(i, value);
    }
    return made;
  };
  return one(plan);
}

/** How something ends, as text. */
const ended = (/** @type {Promise<unknown>} */ promise) =>
  promise.then(
    (value) => describe(value, () => 'a function'),
    (error) => `${error?.name} ${error?.name === 'DataCloneError' ? '' : error?.message}`
  );

/**
 * Does what a handler does.
 * @param {HandlerStep[]} steps
 * @param {any} value with callbacks in it
 * @param {Record<number, any>} callbacks the same by their numbers
 * @param {() => Promise<void>} crash
 */
export async function* play(steps, value, callbacks, crash) {
  const give = (/** @type {number} */ n) => ended(callbacks[n](n));
  for (const step of steps) {
    switch (step.do) {
      case 'ask':
        yield await ended(callbacks[step.n](build(step.value, () => 0)));
        break;
      case 'tell':
        ended(callbacks[step.n](build(step.value, () => 0)));
        yield 'told';
        break;
      case 'describe':
        yield await describe(value, (fn) => ended(fn(1)));
        break;
      case 'all':
        yield await Promise.all(Object.keys(callbacks).map((n) => give(Number(n))));
        break;
      case 'pause':
        await new Promise((resolve) => setTimeout(resolve));
        yield 'paused';
        break;
      case 'crash':
        await crash();
        yield 'lived';
    }
  }
}

/** @param {AsyncIterable<unknown>} items */
export async function collect(items) {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
