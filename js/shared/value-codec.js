/**
 * @file Values in shared memory: primitives, plain objects and arrays of them, small and without
 * anything that only a structured clone could tell (shared or cyclic references, other classes,
 * holes). What is encoded and decoded is what `structuredClone` would give; all else is refused
 * here, and goes by message.
 */

/** @enum {number} the byte that a value begins with */
const Tag = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  int: 4, // 4 bytes
  double: 5, // 8 bytes
  bytes: 6, // a string: its length (2 bytes), a byte for each code unit
  units: 7, // the same, 2 bytes for each
  array: 8, // the number of elements (2 bytes), the elements
  object: 9, // the number of properties (2 bytes), for each its name (a string) and its value
};

/** So many objects in one value at most: looking for one that comes twice takes time. */
const MAX_OBJECTS = 32;

/** Strings up to this length are read unit by unit. */
const SHORT_STRING = 20;

/** What `encode` returns if a value is refused. */
const REFUSED = -1;

/** Calls no getter, as reading would, and takes a third of what a descriptor does. */
const getterOf = /** @type {any} */ (Object.prototype).__lookupGetter__;

/** Clones have it for a prototype, and it is another realm's in some hosts. @type {object | undefined} */
let clonedObject;

/** @type {Uint8Array} */
let bytes;
/** @type {DataView} */
let view;
let at = 0;
let end = 0;
/** Whether `encode` is at work: a Proxy's traps may call it again. */
let encoding = false;
/** @type {Set<object>} those that have been read */
const seen = new Set();

/**
 * Encodes values one after the other: first `first`, then `others`.
 * @param {import('./heap.js').Heap} heap
 * @param {number} address
 * @param {number} capacity in bytes
 * @param {unknown} first
 * @param {readonly unknown[]} others
 * @returns {number} how many bytes they take; -1 if they are refused
 * @throws {DOMException} DataCloneError, if there is a Proxy in them: its traps have been run
 */
export function encode(heap, address, capacity, first, others) {
  if (encoding) return REFUSED;
  encoding = true;
  end = address + capacity;
  ({ bytes, view } = heap.upTo(end));
  at = address;
  let taken = REFUSED;
  try {
    try {
      if (!write(first) || !others.every((value) => write(value))) return REFUSED;
      taken = at - address;
    } catch {
      // a Proxy, of which cloning tells
    }
    return seen.size === 0 || isPlain() ? taken : REFUSED;
  } finally {
    if (seen.size > 0) seen.clear();
    encoding = false;
  }
}

/**
 * Whether all that has been read is what it looks like. Nothing but cloning tells a Proxy from what
 * it stands for, and a Date or a Blob whose prototype was replaced from a plain object.
 * @throws {DOMException} DataCloneError
 */
function isPlain() {
  const all = [...seen];
  clonedObject ??= Object.getPrototypeOf(structuredClone({}));
  try {
    return structuredClone(all).every(isPlainClone);
  } catch {
    return all.every((one) => isPlainClone(structuredClone(one))); // none may be reached by the rest
  }
}

/** @param {object} clone */
function isPlainClone(clone) {
  return Array.isArray(clone) || Object.getPrototypeOf(clone) === clonedObject;
}

/**
 * Decodes values until the end of their bytes.
 * @param {import('./heap.js').Heap} heap
 * @param {number} address
 * @param {number} byteLength
 * @returns {any[]}
 */
export function decode(heap, address, byteLength) {
  const stop = address + byteLength;
  ({ bytes, view } = heap.upTo(stop));
  at = address;
  return readArray(Infinity, stop);
}

/**
 * Decodes one value.
 * @param {import('./heap.js').Heap} heap
 * @param {number} address
 * @param {number} byteLength
 * @returns {any}
 */
export function decodeOne(heap, address, byteLength) {
  ({ bytes, view } = heap.upTo(address + byteLength));
  at = address;
  return read();
}

/**
 * @param {unknown} value
 * @returns {boolean} false if it is refused
 */
function write(value) {
  if (end - at < 9) return false;
  switch (typeof value) {
    case 'number':
      writeNumber(value);
      return true;
    case 'string':
      return writeString(value);
    case 'boolean':
      bytes[at++] = value ? Tag.true : Tag.false;
      return true;
    case 'undefined':
      if (value !== undefined) return false; // document.all
      bytes[at++] = Tag.undefined;
      return true;
    case 'object':
      if (value !== null) return writeObject(value);
      bytes[at++] = Tag.null;
      return true;
    default:
      return false;
  }
}

/** @param {number} value */
function writeNumber(value) {
  if ((value | 0) === value && !Object.is(value, -0)) {
    bytes[at] = Tag.int;
    view.setInt32(at + 1, value, true);
    at += 5;
  } else {
    bytes[at] = Tag.double;
    view.setFloat64(at + 1, value, true);
    at += 9;
  }
}

/** @param {string} value */
function writeString(value) {
  const { length } = value;
  if (length > end - at - 3) return false;
  const start = at + 3;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit > 0xff) return writeUnits(value);
    bytes[start + i] = unit;
  }
  writeHead(Tag.bytes, length);
  at = start + length;
  return true;
}

/** @param {string} value */
function writeUnits(value) {
  const { length } = value;
  if (2 * length > end - at - 3) return false;
  writeHead(Tag.units, length);
  for (let i = 0; i < length; i++, at += 2) view.setUint16(at, value.charCodeAt(i), true);
  return true;
}

/** @param {any} value */
function writeObject(value) {
  if (seen.size === MAX_OBJECTS || seen.has(value)) return false;
  seen.add(value);
  if (Array.isArray(value)) return writeArray(value);
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return false;
  const keys = Object.keys(value);
  writeHead(Tag.object, keys.length);
  for (const key of keys) {
    if (getterOf.call(value, key) || !writeString(key) || !write(value[key])) return false;
  }
  return true;
}

/** @param {unknown[]} value */
function writeArray(value) {
  const { length } = value;
  if (Object.getPrototypeOf(value) !== Array.prototype || length > end - at) return false;
  const keys = Object.keys(value);
  // Otherwise there are holes, or more than elements.
  if (keys.length !== length || (keys.at(-1) ?? '-1') !== String(length - 1)) return false;
  writeHead(Tag.array, length);
  for (let i = 0; i < length; i++) {
    if (getterOf.call(value, i) || !write(value[i])) return false;
  }
  return true;
}

/**
 * @param {number} tag
 * @param {number} length
 */
function writeHead(tag, length) {
  bytes[at] = tag;
  view.setUint16(at + 1, length, true);
  at += 3;
}

/** @returns {unknown} */
function read() {
  const tag = bytes[at++];
  switch (tag) {
    case Tag.undefined:
      return undefined;
    case Tag.null:
      return null;
    case Tag.false:
      return false;
    case Tag.true:
      return true;
    case Tag.int:
      at += 4;
      return view.getInt32(at - 4, true);
    case Tag.double:
      at += 8;
      return view.getFloat64(at - 8, true);
    default: {
      const length = view.getUint16(at, true);
      at += 2;
      if (tag === Tag.bytes || tag === Tag.units) return readString(tag, length);
      return tag === Tag.array ? readArray(length) : readObject(length);
    }
  }
}

/**
 * @param {number} tag
 * @param {number} length
 */
function readString(tag, length) {
  const start = at;
  if (tag === Tag.bytes) {
    at += length;
    if (length > SHORT_STRING) return fromUnits(bytes.slice(start, at));
    let text = '';
    for (let i = start; i < at; i++) text += String.fromCharCode(bytes[i]);
    return text;
  }
  at += 2 * length;
  const units = new Uint16Array(length);
  for (let i = 0; i < length; i++) units[i] = view.getUint16(start + 2 * i, true);
  return fromUnits(units);
}

/** @param {Uint8Array | Uint16Array} units */
function fromUnits(units) {
  return String.fromCharCode.apply(undefined, /** @type {any} */ (units));
}

/**
 * @param {number} length
 * @param {number} [stop] where it ends, if it has no length
 */
function readArray(length, stop = Infinity) {
  /** @type {unknown[]} */
  const array = [];
  for (let i = 0; i < length && at < stop; i++) {
    if (i in array) define(array, i, read());
    else array[i] = read();
  }
  return array;
}

/** @param {number} length */
function readObject(length) {
  /** @type {Record<string, unknown>} */
  const object = {};
  for (let i = 0; i < length; i++) {
    const key = /** @type {string} */ (read());
    if (key in object) define(object, key, read());
    else object[key] = read();
  }
  return object;
}

/**
 * Makes an own property, whatever is inherited.
 * @param {object} object
 * @param {PropertyKey} key
 * @param {unknown} value
 * @param {boolean} [enumerable]
 */
export function define(object, key, value, enumerable = true) {
  Object.defineProperty(object, key, {
    // @ts-expect-error not a property: nothing is to be inherited
    __proto__: null,
    value,
    writable: true,
    enumerable,
    configurable: true,
  });
}
