/** The names of the platform's transferable objects, besides ArrayBuffer. */
const TRANSFERABLE_NAMES = [
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
  'MediaStreamTrack',
  'MIDIAccess',
];

/** Their classes, as far as this engine has them. */
const TRANSFERABLE_CLASSES = TRANSFERABLE_NAMES.map(
  (name) => /** @type {any} */ (globalThis)[name]
).filter((type) => typeof type === 'function');

/** What is cloned without its own properties. */
const LEAVES = ['Date', 'RegExp', 'Boolean', 'Number', 'String'];

const SHARED = ['SharedArrayBuffer', 'WebAssembly.Memory'];

const WASM_PAGE_BYTES = 65536;

const byteLengthOf = /** @type {(this: unknown) => number} */ (
  Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, 'byteLength')?.get
);

/**
 * What has been found so far.
 * @typedef {object} Search
 * @property {any[]} left values that are still to be looked at
 * @property {object[]} found platform objects, canvases first: they are refused if they have a context
 * @property {Set<object>} buffers
 * @property {Map<object, boolean>} doubtful buffers that may be of a wasm memory, and whether
 *   but a part of them is seen, which makes it likely
 * @property {object[]} locked streams that cannot be transferred now
 * @property {boolean} shared whether there is shared memory in it
 */

/**
 * Finds what can be transferred in a value, wherever a clone of it would reach. Each object is
 * listed once, as `postMessage` wants it. No getter of the value's own is called: the clone calls
 * them, and they may give something else each time.
 * @param {unknown} root
 * @returns {Transferable[]}
 */
export function findTransferables(root) {
  const search = searchIn(root);
  // They are refused, but some engines have detached the buffers by then.
  if (search.locked.length > 0) return /** @type {any[]} */ (search.locked);
  // A canvas, and in Chromium a wasm memory's buffer, is refused after those listed before it have
  // been detached.
  const doubtful = [...search.doubtful].sort(([, one], [, other]) => Number(other) - Number(one));
  const found = [...doubtful.map(([buffer]) => buffer), ...search.found, ...search.buffers];
  return /** @type {any[]} */ (found);
}

/**
 * @param {unknown} root
 * @returns {boolean} whether a clone of it would share memory with it
 */
export function holdsSharedMemory(root) {
  return searchIn(root).shared;
}

/** @param {unknown} value */
export const isPrimitive = (value) => Object(value) !== value && typeof value !== 'symbol';

/** @param {unknown} root */
function searchIn(root) {
  /** @type {Search} */
  const search = {
    left: [root],
    found: [],
    buffers: new Set(),
    doubtful: new Map(),
    locked: [],
    shared: false,
  };
  const seen = new Set();
  while (search.left.length > 0) {
    const value = search.left.pop();
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    try {
      visit(value, search);
    } catch {
      // Not what it looked like, or its traps throw: the clone will tell.
    }
  }
  return search;
}

/**
 * Posts a value with all that can be transferred in it. What only looks as if it could is cloned.
 * @template T
 * @param {unknown} value
 * @param {(transfer: Transferable[]) => T} post
 * @returns {T}
 */
export function postTransferring(value, post) {
  const found = findTransferables(value);
  try {
    return post(found);
  } catch (error) {
    const rest = withoutRefused(found, error);
    if (rest.length === found.length) throw error;
    return post(rest);
  }
}

/**
 * @param {Transferable[]} list
 * @param {any} error what posting with it threw
 * @returns {Transferable[]} shorter, if the list may have been the reason
 */
export let withoutRefused = (list, error) => {
  // If the first is of a wasm memory, others of such a size may be too: trying them might cost those
  // that are not.
  const mayBeWasm = error?.name === 'TypeError' ? isWasmSized : () => false;
  return list.filter((one) => !mayBeWasm(one) && canBePosted(undefined, [one]));
};

/**
 * Takes another way to find them, for an engine where none may be tried.
 * @param {typeof withoutRefused} way
 */
export function takeWithoutRefused(way) {
  withoutRefused = way;
}

/**
 * @param {any} value
 * @param {Search} search
 */
function visit(value, search) {
  const proto = Object.getPrototypeOf(value);
  if (proto === Object.prototype || proto === Array.prototype || proto === null) {
    followProperties(value, search.left);
  } else if (ArrayBuffer.isView(value)) {
    if (!isPooled(value)) addBuffer(value.buffer, value.byteLength, search);
  } else {
    visitInstance(value, search);
  }
}

/**
 * @param {any} value
 * @param {Search} search
 */
function visitInstance(value, search) {
  const tag = tagOf(value);
  if (tag === 'ArrayBuffer') {
    addBuffer(value, value.byteLength, search);
  } else if (SHARED.includes(tag)) {
    search.shared = true;
  } else if (tag === 'Map' || value instanceof Map) {
    Map.prototype.forEach.call(value, (item, key) => search.left.push(key, item));
  } else if (tag === 'Set' || value instanceof Set) {
    Set.prototype.forEach.call(value, (item) => search.left.push(item));
  } else if (isTransferable(value, tag)) {
    if (isLocked(value)) search.locked.push(value);
    else if (tag === 'OffscreenCanvas') search.found.unshift(value);
    else search.found.push(value);
  } else if (tag === 'Error') {
    search.left.push(Object.getOwnPropertyDescriptor(value, 'cause')?.value);
  } else if (tag === 'ImageData') {
    search.left.push(value.data);
  } else if (!LEAVES.includes(tag)) {
    followProperties(value, search.left);
  }
}

/**
 * @param {any} value
 * @param {any[]} left
 */
function followProperties(value, left) {
  for (const key of Object.keys(value)) {
    const item = Object.getOwnPropertyDescriptor(value, key)?.value;
    if (typeof item === 'object' && item !== null) left.push(item);
  }
}

/**
 * @param {ArrayBufferLike} buffer
 * @param {number} seenBytes how much of it the value shows
 * @param {Search} search
 */
function addBuffer(buffer, seenBytes, search) {
  const { buffers, doubtful } = search;
  const tag = tagOf(buffer);
  if (tag === 'SharedArrayBuffer') search.shared = true;
  if (tag !== 'ArrayBuffer' || isDetached(buffer)) return;
  if (buffer.byteLength % WASM_PAGE_BYTES !== 0) buffers.add(buffer);
  else doubtful.set(buffer, seenBytes < buffer.byteLength || doubtful.get(buffer) === true);
}

/**
 * The name of a value's class, whatever its realm.
 * @param {object} value
 */
export function tagOf(value) {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    return 'Object'; // an own class, whose tag is a getter that throws
  }
}

/**
 * @param {object} value
 * @param {string} tag
 */
function isTransferable(value, tag) {
  return TRANSFERABLE_NAMES.includes(tag) || TRANSFERABLE_CLASSES.some((t) => value instanceof t);
}

/** @param {any} stream */
function isLocked({ locked, readable, writable }) {
  return locked === true || readable?.locked === true || writable?.locked === true;
}

/** @param {any} buffer */
function isDetached(buffer) {
  if (byteLengthOf.call(buffer) > 0) return false;
  if ('detached' in buffer) return buffer.detached;
  try {
    return !new Uint8Array(buffer);
  } catch {
    return true;
  }
}

/**
 * Nothing else tells the buffer of a WebAssembly.Memory, which cannot be transferred, from others.
 * @param {any} value
 */
export function isWasmSized(value) {
  return tagOf(value) === 'ArrayBuffer' && value.byteLength % WASM_PAGE_BYTES === 0;
}

/**
 * Whether the engine clones a value with a list of what is to be transferred; nothing is transferred.
 * @param {unknown} value
 * @param {Transferable[]} transfer
 */
export function canBePosted(value, transfer) {
  const stop = {};
  const posted = {
    value,
    get stop() {
      throw stop; // by now the list has been checked, and the value has been cloned
    },
  };
  try {
    structuredClone(posted, { transfer });
  } catch (error) {
    return error === stop;
  }
  return true;
}

/**
 * Node's small Buffers share one pool that is not theirs to give away.
 * @param {ArrayBufferView} view
 */
function isPooled(view) {
  return view.constructor?.name === 'Buffer' && view.byteLength < view.buffer.byteLength;
}
