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

/** A class before the one that it extends. @type {[name: string, Class: any][]} */
const CLASSES = [
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
].flatMap((name) => {
  const Class = /** @type {any} */ (globalThis)[name];
  return Class ? [[name, Class]] : [];
});

const TEXTS = /** @type {const} */ (['name', 'message', 'stack']);

/** What errors may have besides, enumerable or not; the first two never are. */
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

  /** @type {(value: any) => Item[]} */
  const listOf = (value) => {
    const indices = [...Array(Math.min(value.length, Math.max(left, 0))).keys()];
    return [
      [
        Kind.list,
        indices.flatMap((i) =>
          itemOf(
            attempt(() => value[i]),
            true
          )
        ),
      ],
    ];
  };

  /**
   * @param {any} error
   * @param {string} type
   * @returns {ErrorNode}
   */
  const nodeOf = (error, type) => {
    const [name, message, stack] = TEXTS.map((key) => text(() => error[key]));
    const visible = new Set(attempt(() => Object.keys(error)));
    const own = [...new Set([...KNOWN, ...visible])].flatMap((key, i) => {
      const isKnown = i < KNOWN.length;
      if (isKnown ? !attempt(() => has(error, key)) : TEXTS.includes(/** @type {any} */ (key))) {
        return [];
      }
      const value = attempt(() => error[key]);
      const isList = key === 'errors' && attempt(() => Array.isArray(value));
      /** @type {(item: Item) => Property} */
      const property = (item) => [key, i > 1 && visible.has(key), item];
      return (isList ? listOf(value) : itemOf(value, isKnown)).map(property);
    });
    return { type, name, message, stack, own };
  };

  const [[kind, value]] = itemOf(thrown, true);
  if (kind === Kind.value) return { errors: undefined, value };
  // It grows while it is read.
  return { errors: Array.from(errors, ([error, type]) => nodeOf(error, type)), value: undefined };
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
    errors.forEach((node, i) => {
      const error = made[i];
      for (const key of TEXTS) if (error[key] !== node[key]) define(error, key, node[key], false);
      for (const [key, enumerable, item] of node.own) {
        const is = valueOf(item);
        if (enumerable || error[key] !== is) define(error, key, is, enumerable);
      }
    });
    return made[0];
  } catch (failure) {
    return new Error(`What was thrown cannot be read: ${failure}`);
  }
}

/** @param {ErrorNode} node */
function make({ type, name, message, own }) {
  const Class = CLASSES.find(([key]) => key === type)?.[1] ?? Error;
  if (type === 'DOMException') return new Class(message, name);
  if (type !== 'QuotaExceededError') return Reflect.construct(Error, [message], Class);
  const options = own.map(([key, , [, data]]) => [key, data ?? undefined]);
  return new Class(message, Object.fromEntries(options));
}

/**
 * Finds the name of an error's nearest standard class.
 * @param {any} value
 * @returns {string | undefined} undefined if it is no error
 */
function typeOf(value) {
  return attempt(() => {
    /** @type {any[]} */
    let chain = [];
    for (let proto = value; proto && chain.length < MAX_PROTOTYPES;) {
      chain = [...chain, proto];
      proto = Object.getPrototypeOf(proto);
    }
    /** @type {(isOf: (proto: any, name: string, Class: any) => boolean) => string | undefined} */
    const find = (isOf) =>
      CLASSES.find(([name, Class]) => chain.some((proto) => isOf(proto, name, Class)))?.[0];
    const name = find((proto, _, Class) => proto === Class.prototype);
    if (name || Symbol.toStringTag in value) return name;
    // Another realm's.
    if (toString.call(value) !== '[object Error]') return undefined;
    return find((proto, key) => ownConstructor(proto)?.name === key) ?? 'Error';
  });
}

const { toString } = Object.prototype;

/** @param {object} proto */
function ownConstructor(proto) {
  return Object.getOwnPropertyDescriptor(proto, 'constructor')?.value;
}

/**
 * @param {object} error
 * @param {string} key
 */
function has(error, key) {
  return Object.hasOwn(error, key) || (key in error && !(key in Object.prototype));
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

/** @param {() => unknown} get */
function text(get) {
  try {
    const value = get();
    return value === undefined ? value : String(value);
  } catch {
    return 'unprintable';
  }
}
