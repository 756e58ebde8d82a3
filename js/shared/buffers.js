/**
 * @file ArrayBuffers and views of whole ones, as structured clones have them. What an object is, the
 * platform's own getters tell, which no subclass, Proxy or realm deceives.
 */

/** What each is sent as: an index. The first is the buffer itself. */
const CLASSES = [
  'ArrayBuffer',
  'DataView',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
].map((name) => ({ name, View: /** @type {any} */ (globalThis)[name] }));

/**
 * @param {object} prototype
 * @param {PropertyKey} key
 * @returns {(this: unknown) => any}
 */
const getter = (prototype, key) =>
  Object.getOwnPropertyDescriptor(prototype, key)?.get ?? (() => undefined);

/** @param {object} prototype of views */
const viewGetters = (prototype) => ({
  buffer: getter(prototype, 'buffer'),
  byteLength: getter(prototype, 'byteLength'),
});

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype);
const nameOf = getter(TypedArray, Symbol.toStringTag);
const typedArrayGetters = viewGetters(TypedArray);
const dataViewGetters = viewGetters(DataView.prototype);
const byteLengthOf = getter(ArrayBuffer.prototype, 'byteLength');
const isResizable = getter(ArrayBuffer.prototype, 'resizable');

/**
 * @typedef {object} WholeBuffer
 * @property {number} kind what it is: for `fromBytes`
 * @property {ArrayBuffer} buffer
 */

/**
 * Tells what can be sent as mere bytes: a buffer, or a view of a whole one. It has a fixed length, is
 * not empty (a detached one looks so), and is not shared.
 * @param {object} value
 * @returns {WholeBuffer | undefined}
 */
export function wholeBuffer(value) {
  let name = 'ArrayBuffer';
  let buffer = value;
  let viewed;
  try {
    if (ArrayBuffer.isView(value)) {
      name = nameOf.call(value) ?? 'DataView';
      const getters = name === 'DataView' ? dataViewGetters : typedArrayGetters;
      buffer = getters.buffer.call(value);
      viewed = getters.byteLength.call(value);
    }
    const byteLength = byteLengthOf.call(buffer);
    if (byteLength === 0 || (viewed ?? byteLength) !== byteLength) return undefined;
    if (isResizable.call(buffer)) return undefined;
  } catch {
    return undefined; // neither, or a shared one, or out of bounds
  }
  const kind = CLASSES.findIndex((one) => one.name === name);
  return kind < 0 ? undefined : { kind, buffer: /** @type {ArrayBuffer} */ (buffer) };
}

/**
 * @param {number} kind
 * @param {ArrayBuffer} buffer
 */
export function fromBuffer(kind, buffer) {
  return kind === 0 ? buffer : new CLASSES[kind].View(buffer);
}
