/**
 * @file Errors across threads. `structuredClone` loses an error's class, its name if it is not a
 * standard one, and its own properties; this keeps name, message, stack, cause, the standard class
 * and every own property that can be cloned. What is not an error goes as it is.
 */
import { define } from './value-codec.js';

/**
 * What stands for a value: its kind, and its clone, the index of an error, or a list of such items.
 * @typedef {[kind: number, data: any]} Item
 * @typedef {[key: string, enumerable: boolean, item: Item]} Property
 * @typedef {object} ErrorNode
 * @property {string} type the name of its nearest standard class
 * @property {string | undefined} name
 * @property {string | undefined} message
 * @property {string | undefined} stack
 * @property {Property[]} own
 * @typedef {object} EncodedError of ours, whatever was thrown
 * @property {ErrorNode[] | undefined} errors what was thrown is the first
 * @property {unknown} value what was thrown, if it is no error
 */

/** @enum {number} */
const Kind = { value: 0, error: 1, list: 2 };

/** @type {Record<string, any>} the nearest first */
const CLASSES = Object.create(null);
for (const name of [
  'QuotaExceededError',
  'DOMException',
  'AggregateError',
  'SuppressedError',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'Error',
]) {
  const type = /** @type {any} */ (globalThis)[name];
  if (type) CLASSES[name] = type;
}
const NAMES = Object.keys(CLASSES);

const TEXTS = /** @type {const} */ (['name', 'message', 'stack']);

/** What errors have besides, enumerable or not. */
const KNOWN = ['cause', 'errors', 'error', 'suppressed', 'quota', 'requested'];

/** So many values are taken at most: getters may make more and more. */
const MAX_ITEMS = 10_000;

/** So far a chain of prototypes is followed: a Proxy's may have no end. */
const MAX_PROTOTYPES = 99;

/**
 * Whether a value is an error, of whatever realm.
 * @param {unknown} value
 * @returns {value is Error}
 */
export function isError(value) {
  return typeOf(value) !== undefined;
}

/**
 * Makes of a thrown value one that can be posted. Never throws, and reads each property once.
 * @param {unknown} thrown
 * @returns {EncodedError}
 */
export function encodeError(thrown) {
  let left = MAX_ITEMS;
  /** @type {Map<unknown, Item>} */
  const items = new Map();
  /** @type {Map<unknown, string>} with the names of their classes */
  const errors = new Map();

  /**
   * @param {unknown} value
   * @param {boolean} mustTell whether it is told if it cannot be cloned
   * @returns {Item[]} one or none
   */
  const itemOf = (value, mustTell) => {
    if (left-- <= 0) return [];
    let item = items.get(value);
    if (!item) {
      const type = typeOf(value);
      if (type) {
        item = [Kind.error, errors.size];
        errors.set(value, type);
      } else {
        try {
          item = [Kind.value, structuredClone(value)];
        } catch {
          return mustTell ? itemOf(notCloneable(value), true) : [];
        }
      }
      items.set(value, item);
    }
    return [item];
  };

  /**
   * @param {any} value
   * @returns {Item[]} none if it is no list
   */
  const listOf = (value) => {
    if (!Array.isArray(value)) return [];
    const indices = [...Array(Math.min(value.length, Math.max(left, 0))).keys()];
    return [[Kind.list, indices.flatMap((i) => itemOf(read(value, i), true))]];
  };

  /**
   * @param {any} error
   * @param {string} type
   * @returns {ErrorNode}
   */
  const nodeOf = (error, type) => {
    const [name, message, stack] = TEXTS.map((key) => text(() => error[key]));
    const chain = attempt(() => [...chainOf(error)]) ?? [];
    const visible = new Set(attempt(() => Object.keys(error)));
    /** @type {Property[]} */
    const own = [...new Set([...KNOWN, ...visible])].flatMap((key) => {
      const isKnown = KNOWN.includes(key);
      const isThere = isKnown
        ? attempt(() => chain.some((holder) => Object.hasOwn(holder, key)))
        : !TEXTS.includes(/** @type {any} */ (key));
      if (!isThere) return [];
      const value = read(error, key);
      let found = key === 'errors' ? attempt(() => listOf(value)) : undefined;
      if (!found?.length) found = itemOf(value, isKnown);
      const enumerable = visible.has(key) && key !== 'cause' && key !== 'errors';
      return found.map((item) => [key, enumerable, item]);
    });
    return { type, name, message, stack, own };
  };

  const [root] = itemOf(thrown, true);
  if (root[0] === Kind.value) return { errors: undefined, value: root[1] };
  // It grows while it is read.
  const nodes = Array.from(errors, ([error, type]) => nodeOf(error, type));
  return { errors: nodes, value: undefined };
}

/**
 * Turns what `encodeError` made back into what was thrown. Never throws.
 * @param {EncodedError} encoded
 * @returns {unknown}
 */
export function decodeError({ errors, value }) {
  if (!errors) return value;
  try {
    const made = errors.map(make);
    /** @type {(item: Item) => unknown} */
    const valueOf = ([kind, data]) => {
      if (kind === Kind.error) return made[data];
      return kind === Kind.list ? data.map(valueOf) : data;
    };
    errors.forEach(({ own }, i) => {
      for (const [key, enumerable, item] of own) {
        const value = valueOf(item);
        if (enumerable || made[i][key] !== value) define(made[i], key, value, enumerable);
      }
    });
    return made[0];
  } catch (failure) {
    return new Error(`What was thrown cannot be read: ${text(() => failure)}`);
  }
}

/** @param {ErrorNode} node */
function make(node) {
  const { type, name, message, own } = node;
  const Class = CLASSES[type] ?? Error;
  /** @type {unknown[]} */
  let args = [message];
  if (type === 'DOMException') args = [message, name];
  if (type === 'AggregateError') args = [[], message];
  if (type === 'SuppressedError') args = [undefined, undefined, message];
  if (type === 'QuotaExceededError') {
    const limit = (/** @type {string} */ key) =>
      own.find((property) => property[0] === key)?.[2][1] ?? undefined;
    args = [message, { quota: limit('quota'), requested: limit('requested') }];
  }
  const error = new Class(...args);
  for (const key of TEXTS) if (error[key] !== node[key]) define(error, key, node[key], false);
  return error;
}

/**
 * Finds the name of an error's nearest standard class.
 * @param {any} value
 * @returns {string | undefined} undefined if it is no error
 */
function typeOf(value) {
  return attempt(() => {
    if (Object(value) !== value) return undefined;
    const chain = [...chainOf(value)];
    for (const proto of chain) {
      const name = NAMES.find((key) => CLASSES[key].prototype === proto);
      if (name) return name;
    }
    // Another realm's.
    if (Symbol.toStringTag in value) return undefined;
    if (Object.prototype.toString.call(value) !== '[object Error]') return undefined;
    const names = chain.map((proto) => dataOf(dataOf(proto, 'constructor'), 'name'));
    return names.find((name) => NAMES.includes(name)) ?? 'Error';
  });
}

/**
 * @param {any} value
 * @returns {Generator<any, void>} it and its prototypes, but for the last
 */
function* chainOf(value) {
  for (let i = 0; i < MAX_PROTOTYPES && value && value !== Object.prototype; i++) {
    yield value;
    value = Object.getPrototypeOf(value);
  }
}

/**
 * Reads a property without calling a getter.
 * @param {any} holder
 * @param {string} key
 */
function dataOf(holder, key) {
  return holder && Object.getOwnPropertyDescriptor(holder, key)?.value;
}

/** @param {unknown} value */
function notCloneable(value) {
  const what = text(() => value);
  return new DOMException(`The thrown value cannot be cloned: ${what}`, 'DataCloneError');
}

/**
 * @template T
 * @param {() => T} step that may run code of the user's
 * @returns {T | undefined} undefined if that throws
 */
function attempt(step) {
  try {
    return step();
  } catch {
    return undefined;
  }
}

/**
 * @param {any} holder
 * @param {PropertyKey} key
 */
function read(holder, key) {
  return attempt(() => holder[key]);
}

/** @param {() => unknown} get */
function text(get) {
  try {
    const value = get();
    return value === undefined ? value : String(value);
  } catch {
    return 'unprintable';
  }
}
