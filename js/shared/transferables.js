/** The classes of the platform's transferable objects, as far as this engine has them. */
const TRANSFERABLE_CLASSES = [
  'MessagePort',
  'ReadableStream',
  'WritableStream',
  'TransformStream',
  'ImageBitmap',
  'OffscreenCanvas',
  'VideoFrame',
  'AudioData',
  'RTCDataChannel',
  'MediaSourceHandle',
  'MIDIAccess',
]
  .map((name) => /** @type {any} */ (globalThis)[name])
  .filter((type) => typeof type === 'function');

/**
 * Finds what can be transferred in a value, wherever it is nested in arrays, objects, Maps and
 * Sets. Each object is listed once, as `postMessage` wants it.
 * @param {unknown} root
 * @returns {Transferable[]}
 */
export function findTransferables(root) {
  /** @type {Set<any>} */
  const found = new Set();
  const seen = new Set();
  /** @type {any[]} */
  const left = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    if (ArrayBuffer.isView(value)) {
      if (isArrayBuffer(value.buffer) && !isPooled(value)) found.add(value.buffer);
    } else if (isArrayBuffer(value) || TRANSFERABLE_CLASSES.some((type) => value instanceof type)) {
      found.add(value);
    } else if (value instanceof Map) {
      for (const entry of value) left.push(...entry);
    } else if (value instanceof Set) {
      for (const item of value) left.push(item);
    } else {
      for (const key of Object.keys(value)) left.push(value[key]);
    }
  }
  return [...found];
}

/**
 * Of any realm, and not shared.
 * @param {object} value
 */
function isArrayBuffer(value) {
  return Object.prototype.toString.call(value) === '[object ArrayBuffer]';
}

/**
 * Node's small Buffers share one pool that is not theirs to give away.
 * @param {ArrayBufferView} view
 */
function isPooled(view) {
  return view.constructor?.name === 'Buffer' && view.byteLength < view.buffer.byteLength;
}
