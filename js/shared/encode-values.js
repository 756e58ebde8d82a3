/**
 * @file Writes values to shared memory, which decode-values.js reads: primitives, plain objects and arrays
 * of them, small and without anything that only a structured clone could tell (shared or cyclic
 * references, other classes, holes), and long strings and buffers that are cloned. What arrives is what
 * `structuredClone` would give; all else is refused here, and goes by message.
 *
 * Small values are written to a scratch space. Large ones are noted, and copied when it is known how
 * much room all of them need.
 */

import { toAscii } from './ascii.js';
import { wholeBuffer } from './buffers.js';
import { aligned, MAX_PAYLOAD_BYTES, SCRATCH_BYTES } from './call-record.js';
import { Tag } from './value-tags.js';

// Beyond each of these limits, encoding takes more time than a message.

/** Objects in one value. */
const MAX_OBJECTS = 10;

/** Elements of an array. */
const MAX_ELEMENTS = 64;

/** Long strings and buffers in one value. */
const MAX_PARTS = 16;

/** Their bytes, if one is inside of an object, which is cloned to see what it is. */
const MAX_NESTED_BYTES = 4096;

/** Strings up to this length are written unit by unit. */
const MEDIUM_STRING = 500;

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
/** How deep in objects `write` is. */
let depth = 0;
let takesBuffers = false;
/**
 * Long strings and buffers: where the small values before each end, and where it begins in the whole.
 * @type {{ end: number, start: number, part: Uint8Array }[]}
 */
let parts = [];
/** How many bytes they take. */
let partBytes = 0;

/** @type {(bytes: number) => number} */
const nowhere = () => 0;

/**
 * Encodes values one after the other: first `first`, then `others`.
 * @param {import('./heap.js').Heap} heap
 * @param {number} scratch the address of SCRATCH_BYTES, where they are put if none of them is large
 * @param {unknown} first
 * @param {readonly unknown[]} others
 * @param {boolean} [clonesBuffers] whether buffers are to be cloned; otherwise they are refused
 * @param {(bytes: number) => number} [reserve] returns an address for so many bytes, to which they are
 *   written if there are large ones; 0 if there is no room. It is called once at most.
 * @returns {number} how many bytes they take; -1 if they are refused
 * @throws {DOMException} DataCloneError, if there is a Proxy in them: its traps have been run
 */
export function encode(heap, scratch, first, others, clonesBuffers = false, reserve = nowhere) {
  if (encoding) return REFUSED;
  encoding = true;
  takesBuffers = clonesBuffers;
  end = scratch + SCRATCH_BYTES;
  ({ bytes, view } = heap.upTo(end));
  at = scratch;
  try {
    if (!writeAll(first, others) || (seen.size > 0 && !isPlain())) return REFUSED;
    const taken = at - scratch + partBytes;
    if (parts.length === 0) return taken;
    const target = reserve(taken);
    if (target === 0) return REFUSED;
    ({ bytes } = heap.upTo(target + taken));
    gather(scratch, target);
    return taken;
  } finally {
    if (seen.size > 0) seen.clear();
    if (parts.length > 0) parts = [];
    partBytes = depth = 0;
    encoding = false;
  }
}

/**
 * @param {unknown} first
 * @param {readonly unknown[]} others
 */
function writeAll(first, others) {
  try {
    return write(first) && others.every((value) => write(value));
  } catch {
    return isPlain() && false; // it is a Proxy, of which cloning tells
  }
}

/**
 * Copies all that has been encoded to its place, in its order.
 * @param {number} from where the small values are
 * @param {number} target
 */
function gather(from, target) {
  let to = target;
  for (const { end, start, part } of parts) {
    bytes.copyWithin(to, from, end);
    bytes.set(part, target + start);
    to = target + start + part.length;
    from = end;
  }
  bytes.copyWithin(to, from, at);
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
      return value.length > MEDIUM_STRING ? writeLong(value) : writeString(value);
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
  let all = 0;
  for (let i = 0; i < length; i++) {
    const unit = value.charCodeAt(i);
    if (unit > 0xff) return writeUnits(value);
    bytes[start + i] = unit;
    all |= unit;
  }
  writeHead(all < 0x80 ? Tag.ascii : Tag.latin1, length);
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

/** @param {string} value */
function writeLong(value) {
  const part = hasRoom(value.length) ? toAscii(value, partBytes) : undefined;
  if (!part) return writeString(value);
  bytes[at++] = Tag.text;
  return writePart(part);
}

/**
 * @param {number} length of one more large value
 * @returns {boolean} whether it is not too much
 */
function hasRoom(length) {
  const most = depth > 0 ? MAX_NESTED_BYTES : MAX_PAYLOAD_BYTES;
  return parts.length < MAX_PARTS && partBytes + length <= most;
}

/** @param {Uint8Array} part */
function writePart(part) {
  view.setUint32(at, part.length, true);
  at += 4;
  const before = at - (end - SCRATCH_BYTES);
  const start = aligned(before + partBytes);
  parts.push({ end: at, start, part });
  partBytes = start + part.length - before;
  return true;
}

/** @param {any} value */
function writeObject(value) {
  if (seen.size === MAX_OBJECTS || seen.has(value)) return false;
  if (Array.isArray(value)) return writeArray(value);
  const proto = Object.getPrototypeOf(value);
  if (proto !== Object.prototype && proto !== null) return writeBuffer(value);
  seen.add(value);
  const keys = Object.keys(value);
  writeHead(Tag.object, keys.length);
  depth += 1;
  for (const key of keys) {
    if (getterOf.call(value, key) || !writeString(key) || !write(value[key])) return false;
  }
  depth -= 1;
  return true;
}

/** @param {object} value */
function writeBuffer(value) {
  const whole = takesBuffers ? wholeBuffer(value) : undefined;
  if (!whole || !hasRoom(whole.buffer.byteLength)) return false;
  if (parts.some(({ part }) => part.buffer === whole.buffer)) return false;
  bytes[at++] = Tag.buffer;
  return writeString(whole.name) && end - at >= 4 && writePart(new Uint8Array(whole.buffer));
}

/** @param {unknown[]} value */
function writeArray(value) {
  seen.add(value);
  const { length } = value;
  if (Object.getPrototypeOf(value) !== Array.prototype || length > MAX_ELEMENTS) return false;
  if (seen.size + length > MAX_OBJECTS && beginsWithObject(value)) return false;
  const keys = Object.keys(value);
  // Otherwise there are holes, or more than elements.
  if (keys.length !== length || (keys.at(-1) ?? '-1') !== String(length - 1)) return false;
  writeHead(Tag.array, length);
  depth += 1;
  for (let i = 0; i < length; i++) {
    if (getterOf.call(value, i) || !write(value[i])) return false;
  }
  depth -= 1;
  return true;
}

/**
 * Others are likely to be objects too then.
 * @param {unknown[]} value
 */
function beginsWithObject(value) {
  if (getterOf.call(value, 0)) return false;
  return typeof value[0] === 'object' && value[0] !== null;
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
