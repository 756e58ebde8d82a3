/**
 * @file Errors across threads. `structuredClone` loses an error's class, its name if it is not a
 * standard one, and its own properties; this keeps name, message, stack, cause, the standard class
 * and every own property that can be cloned. What is not an error goes as it is.
 */
import { define } from './define.js';

/**
 * What stands for a value: its clone; or the index of an error, or a list of such items, with its kind.
 * @typedef {[data: any, kind?: number]} Item
 * @typedef {object} ErrorNode
 * @property {string} type the name of its nearest standard class
 * @property {[key: string, enumerable: boolean, item: Item][]} own its name and its message come first
 * @typedef {object} EncodedError of ours, whatever was thrown
 * @property {ErrorNode[] | undefined} errors what was thrown is the first
 * @property {unknown} value what was thrown, if it is no error
 */

const ERROR = 1;
const LIST = 2;

/** Not every engine has them all; only the first two are not the language's own. */
const NAMES = [
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
];

/** What errors may have, enumerable or not: three texts, which never are, and others. */
const KNOWN = [
  ...['name', 'message', 'stack', 'cause', 'errors'],
  ...['error', 'suppressed', 'quota', 'requested'],
];

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
  return !!typeOf(value);
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
  /** @type {Map<unknown, string>} with their types */
  const errors = new Map();

  /**
   * @param {unknown} value
   * @param {boolean} mustTell whether it is told if it cannot be cloned
   * @returns {Item[]} one or none
   */
  const itemOf = (value, mustTell) => {
    if (left === 0) return [];
    left -= 1;
    let item = items.get(value);
    if (!item) {
      const type = typeOf(value);
      if (type) {
        item = [errors.size, ERROR];
        errors.set(value, type);
      } else {
        try {
          item = [structuredClone(value)];
        } catch {
          if (!mustTell) return [];
          const message = `The thrown value cannot be cloned: ${text(() => value)}`;
          return itemOf(new DOMException(message, 'DataCloneError'), true);
        }
      }
      items.set(value, item);
    }
    return [item];
  };

  /**
   * @param {any} value
   * @returns {Item[] | undefined} undefined if it is no list
   */
  const listOf = (value) => {
    if (!Array.isArray(value)) return undefined;
    const indices = [...Array(Math.min(value.length, left)).keys()];
    const list = indices.flatMap((i) => {
      const inner = attempt(() => value[i]);
      return itemOf(inner, true);
    });
    return [[list, LIST]];
  };

  /**
   * @param {any} error
   * @param {string} type
   * @returns {ErrorNode}
   */
  const nodeOf = (error, type) => {
    const visible = new Set(attempt(() => Object.keys(error)));
    const own = [...new Set([...KNOWN, ...visible])].flatMap((key, i) => {
      /** @type {Item[]} */
      let found = [];
      if (i < 3) {
        found = [[text(() => error[key])]];
      } else if (i >= KNOWN.length || attempt(() => has(error, key))) {
        const value = attempt(() => error[key]);
        const list = key === 'errors' && attempt(() => listOf(value));
        found = list || itemOf(value, i < KNOWN.length);
      }
      return found.map((item) => /** @type {const} */ ([key, i > 2 && visible.has(key), item]));
    });
    return { type, own: /** @type {any[]} */ (own) };
  };

  const [[value, kind]] = itemOf(thrown, true);
  if (!kind) return { errors: undefined, value };
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
  const settings = /** @type {any} */ (Error);
  const { prepareStackTrace } = settings;
  try {
    // A page's own is called for the stack of each error that is made: it may throw.
    if (prepareStackTrace) Reflect.set(settings, 'prepareStackTrace', undefined);
    const made = errors.map(make);
    /** @type {(item: Item) => unknown} */
    const valueOf = ([data, kind]) => {
      if (kind === LIST) return data.map(valueOf);
      return kind ? made[data] : data;
    };
    errors.forEach(({ own }, i) => {
      for (const [key, enumerable, item] of own) {
        const is = valueOf(item);
        if (enumerable || made[i][key] !== is || !(key in made[i]))
          define(made[i], key, is, enumerable);
      }
    });
    return made[0];
  } catch (failure) {
    return new Error(`The thrown value cannot be read: ${failure}`);
  } finally {
    if (prepareStackTrace) Reflect.set(settings, 'prepareStackTrace', prepareStackTrace);
  }
}

/** @param {ErrorNode} node */
function make({ type, own }) {
  const [[, , [name]], [, , [message]]] = own;
  const Class = /** @type {any} */ (globalThis)[type] ?? Error;
  if (type === 'DOMException') return new Class(message, name);
  if (type !== 'QuotaExceededError') return Reflect.construct(Error, [message], Class);
  const options = own.map(([key, , [data]]) => [key, data ?? undefined]);
  return new Class(message, Object.fromEntries(options));
}

/**
 * Finds the name of an error's nearest standard class.
 * @param {any} value
 * @returns {string | undefined} undefined if it is no error
 */
function typeOf(value) {
  return attempt(() => {
    const isBranded = !(Symbol.toStringTag in value) && toString.call(value) === '[object Error]';
    for (let proto = value, i = 0; proto && i < MAX_PROTOTYPES; i++) {
      const own = Object.getOwnPropertyDescriptor(proto, 'constructor')?.value;
      const found = NAMES.find(
        (name, at) =>
          proto === /** @type {any} */ (globalThis)[name]?.prototype ||
          (isBranded && at > 1 && own?.name === name) // another realm's
      );
      if (found) return found;
      proto = Object.getPrototypeOf(proto);
    }
    return isBranded ? 'Error' : undefined;
  });
}

const { toString } = Object.prototype;

/**
 * Whether an error has something, and not by what a page has put on Object.prototype.
 * @param {object} error
 * @param {string} key
 */
function has(error, key) {
  return Object.hasOwn(error, key) || (key in error && !(key in Object.prototype));
}

/**
 * Takes a step that may run code of the user's.
 * @template T
 * @param {() => T} step
 * @param {T} [otherwise] what it gives if that throws
 * @returns {T | undefined}
 */
function attempt(step, otherwise) {
  try {
    return step();
  } catch {
    return otherwise;
  }
}

/** @param {() => unknown} get */
function text(get) {
  return attempt(() => {
    const value = get();
    return value === undefined ? value : String(value);
  }, 'unprintable');
}
