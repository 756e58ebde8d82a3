/**
 * @file ArrayBuffers and views of whole ones, as structured clones have them. The platform's own getters
 * tell what an object is: no subclass, Proxy or realm deceives them.
 */

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype);

/**
 * Tells what can be sent as mere bytes: a buffer, or a view of a whole one. It has a fixed length, is
 * not empty (a detached one looks so), and is not shared.
 * @param {object} value
 * @returns {{ name: string, buffer: ArrayBuffer } | undefined} `name` is that of its class
 */
export function wholeBuffer(value) {
  const { get } = Reflect;
  try {
    let name = 'ArrayBuffer';
    let buffer = /** @type {ArrayBuffer} */ (value);
    let viewed;
    if (ArrayBuffer.isView(value)) {
      name = get(TypedArray, Symbol.toStringTag, value) ?? 'DataView';
      const proto = name === 'DataView' ? DataView.prototype : TypedArray;
      buffer = get(proto, 'buffer', value);
      viewed = get(proto, 'byteLength', value);
    }
    const length = get(ArrayBuffer.prototype, 'byteLength', buffer);
    const isWhole = length > 0 && (viewed ?? length) === length;
    if (isWhole && !get(ArrayBuffer.prototype, 'resizable', buffer)) return { name, buffer };
  } catch {
    // It is neither, or shared, or out of bounds.
  }
  return undefined;
}

/**
 * @param {string} name
 * @param {ArrayBuffer} buffer
 */
export function fromBuffer(name, buffer) {
  return name === 'ArrayBuffer' ? buffer : new /** @type {any} */ (globalThis)[name](buffer);
}
