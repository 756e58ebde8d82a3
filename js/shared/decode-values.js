/** @file Reads the values that encode-values.js has written to shared memory. */

import { fromAscii, fromUnits } from './ascii.js';
import { fromBuffer } from './buffers.js';
import { aligned } from './call-record.js';
import { define } from './define.js';
import { Tag } from './value-tags.js';

/** Strings up to this length are read unit by unit. */
const SHORT_STRING = 20;

/** @type {Uint8Array} */
let bytes;
/** @type {DataView} */
let view;
let at = 0;

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
    case Tag.text: {
      const start = nextPart();
      return fromAscii(bytes.subarray(start, at));
    }
    case Tag.buffer: {
      const name = /** @type {string} */ (read());
      const start = nextPart();
      return fromBuffer(name, /** @type {ArrayBuffer} */ (bytes.slice(start, at).buffer));
    }
    default: {
      const length = view.getUint16(at, true);
      at += 2;
      if (tag === Tag.array) return readArray(length);
      return tag === Tag.object ? readObject(length) : readString(tag, length);
    }
  }
}

/** @returns {number} where the bytes of a large value begin; they end at `at` */
function nextPart() {
  const start = aligned(at + 4);
  at = start + view.getUint32(at, true);
  return start;
}

/**
 * @param {number} tag
 * @param {number} length
 */
function readString(tag, length) {
  const start = at;
  if (tag !== Tag.units) {
    at += length;
    if (length > SHORT_STRING) {
      return tag === Tag.ascii
        ? fromAscii(bytes.subarray(start, at))
        : fromUnits(bytes.slice(start, at));
    }
    let text = '';
    for (let i = start; i < at; i++) text += String.fromCharCode(bytes[i]);
    return text;
  }
  at += 2 * length;
  const units = new Uint16Array(length);
  for (let i = 0; i < length; i++) units[i] = view.getUint16(start + 2 * i, true);
  return fromUnits(units);
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
