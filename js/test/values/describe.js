/**
 * @file Says everything about a value that a clone of it has to have, as text: two values are equal
 * if their descriptions are. Independent of what the engine's own inspection shows, and of realms.
 */

/**
 * Consumes what can be read only once: streams, ports.
 * @param {unknown} root
 * @returns {Promise<string>}
 */
export async function describe(root) {
  const seen = new Map();

  /** @param {any} value */
  const visit = async (value) => {
    if (typeof value === 'function') return 'function';
    if (typeof value !== 'object' || value === null) return primitive(value);
    if (seen.has(value)) return `#${seen.get(value)}`;
    seen.set(value, seen.size);
    const proto = Object.getPrototypeOf(value);
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    /** @type {unknown[]} */
    const parts = [`#${seen.get(value)}`, tag, proto && proto.constructor?.name];
    for (const part of await content(tag, value)) parts.push(await visit(part));
    if (HAS_STATE.test(tag)) return parts;
    for (const key of ownKeys(value)) {
      /** @type {PropertyDescriptor} without what the page has put on Object.prototype */
      if (key === 'sourceURL') continue; // JavaScriptCore's: it depends on the thread whether there is one
      const property = Object.setPrototypeOf(Object.getOwnPropertyDescriptor(value, key), null);
      const kind = property.get ? 'accessor' : property.enumerable ? 'property' : 'hidden';
      const what = WHERE.test(String(key)) ? typeof property.value : await visit(property.value);
      parts.push([kind, String(key), what]);
    }
    return parts;
  };

  return JSON.stringify(await visit(root));
}

/** Where an error was made, as the engines say it. */
const WHERE = /^(stack|fileName|lineNumber|columnNumber|sourceURL|line|column)$/;

/** Platform objects; some engines keep their state in own properties. */
const HAS_STATE = /Stream$|^EventTarget$|^MessagePort$|^Blob$|^File$|^CryptoKey$/;

/** A global takes long in Jest. */
const { imul } = Math;

/** @param {any} value */
function primitive(value) {
  if (Object.is(value, -0)) return 'number -0';
  return `${typeof value} ${typeof value === 'string' ? text(value) : String(value)}`;
}

/**
 * Long ones by a sum.
 * @param {string} value
 */
function text(value) {
  if (value.length <= 1000) return JSON.stringify(value);
  let sum = 0;
  for (let i = 0; i < value.length; i++) sum = (imul(sum, 31) + value.charCodeAt(i)) | 0;
  return `${value.length} ${sum} ${JSON.stringify(value.slice(0, 20) + value.slice(-20))}`;
}

/** @param {object} value */
function ownKeys(value) {
  if (!ArrayBuffer.isView(value)) return Reflect.ownKeys(value);
  const { length = 0 } = /** @type {any} */ (value);
  // To list them takes long.
  return length > 1000 ? Object.getOwnPropertySymbols(value) : Reflect.ownKeys(value).slice(length);
}

/**
 * Without the zeros at the end: large buffers of them are frequent here. Other long ones by a sum.
 * @param {ArrayBufferLike} buffer
 */
function hex(buffer) {
  const all = new Uint8Array(buffer);
  let end = all.length;
  while (end > 0 && all[end - 1] === 0) end -= 1;
  if (end > 1000) return `${end} ${all.reduce((sum, byte) => (imul(sum, 31) + byte) | 0, 0)}`;
  return Array.from(all.subarray(0, end), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @param {any} buffer */
function bytes(buffer) {
  const bounds = [buffer.resizable ?? buffer.growable ?? false, buffer.maxByteLength];
  return [buffer.byteLength, ...bounds, buffer.detached, buffer.detached ? '' : hex(buffer)];
}

/**
 * Whether a view grows with its buffer.
 * @param {any} view
 */
function tracks(view) {
  const { buffer, byteLength } = view;
  const grown = buffer.byteLength + 8;
  if (!buffer.resizable || grown > buffer.maxByteLength) return false;
  buffer.resize(grown);
  const after = view.byteLength;
  buffer.resize(grown - 8);
  return after !== byteLength;
}

/** @param {CanvasImageSource & { width: number, height: number }} image */
function pixels(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
  context.drawImage(image, 0, 0);
  return hex(context.getImageData(0, 0, image.width, image.height).data.buffer);
}

/** @param {ReadableStream} stream */
async function chunks(stream) {
  const reader = stream.getReader();
  const all = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return all;
    all.push(value);
  }
}

/** @param {WritableStream} stream */
async function write(stream) {
  const writer = stream.getWriter();
  await writer.write('text');
  await writer.close();
  return ['written'];
}

/** @param {MessagePort} port */
async function received(port) {
  const data = await new Promise((resolve) => (port.onmessage = (event) => resolve(event.data)));
  port.close();
  return [data];
}

/** @param {CryptoKey} key */
async function keyData(key) {
  const raw = await crypto.subtle.exportKey('raw', key);
  return [key.type, key.extractable, key.algorithm, [...key.usages], hex(raw)];
}

/** @param {any} geometry */
const json = (geometry) => [JSON.stringify(geometry)];

/** @type {Record<string, (value: any) => unknown[] | Promise<unknown[]>>} */
const CONTENT = {
  Boolean: (value) => [value.valueOf()],
  Number: (value) => [value.valueOf()],
  String: (value) => [value.valueOf()],
  BigInt: (value) => [value.valueOf()],
  Date: (value) => [value.getTime()],
  RegExp: (value) => [value.source, value.flags, value.lastIndex],
  Error: (value) => [value.name, value.message, Object.hasOwn(value, 'cause')],
  DOMException: (value) => [value.name, value.message, value.code],
  Map: (value) => [...value].flat(),
  Set: (value) => [...value],
  ArrayBuffer: bytes,
  SharedArrayBuffer: bytes,
  Blob: async (value) => [value.size, value.type, await value.text()],
  File: async (value) => [value.name, value.lastModified, value.type, await value.text()],
  FileList: (value) => [...value],
  ImageData: (value) => [value.width, value.height, value.colorSpace, value.data],
  ImageBitmap: (value) => [value.width, value.height, pixels(value)],
  OffscreenCanvas: (value) => [value.width, value.height],
  VideoFrame: (value) => {
    const seen = [value.codedWidth, value.codedHeight, value.timestamp, value.format];
    value.close();
    return seen;
  },
  AudioData: (value) => [value.numberOfFrames, value.numberOfChannels, value.sampleRate],
  MessagePort: received,
  ReadableStream: chunks,
  WritableStream: write,
  TransformStream: async ({ readable, writable }) =>
    (await Promise.all([chunks(readable), write(writable)])).flat(),
  CryptoKey: keyData,
  DOMPoint: json,
  DOMRect: json,
  DOMQuad: json,
  DOMMatrix: json,
  'WebAssembly.Module': (value) => [JSON.stringify(WebAssembly.Module.exports(value))],
};

/**
 * What is in an object besides its own properties.
 * @param {string} tag
 * @param {any} value
 */
async function content(tag, value) {
  if (ArrayBuffer.isView(value)) {
    const { byteOffset, byteLength, buffer } = value;
    return [byteOffset, byteLength, tracks(value), buffer];
  }
  // Node's ports have no tag of their own.
  if (typeof MessagePort === 'function' && value instanceof MessagePort) return received(value);
  return (await CONTENT[tag]?.(value)) ?? [];
}
