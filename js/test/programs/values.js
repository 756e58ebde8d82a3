/** @file A number on its way in a value of each kind, so that every value can be checked. */

/** Those that travel in shared memory, and those that need a message. */
export const SMALL = /** @type {const} */ (['number', 'object']);
export const POSTED = /** @type {const} */ (['buffer', 'map', 'long']);

/** @typedef {(typeof SMALL)[number] | (typeof POSTED)[number]} ValueKind */

/** More than fits into shared memory. */
const LONG = 'x'.repeat(4500);

/**
 * @param {string} kind one of ValueKind
 * @param {number} number
 * @returns {any}
 */
export function pack(kind, number) {
  switch (kind) {
    case 'object':
      return { number, list: ['a', number] };
    case 'buffer':
      return new Float64Array([number, number]);
    case 'map':
      return new Map([['number', number]]);
    case 'long':
      return `${number} ${LONG}`;
    default:
      return number;
  }
}

/**
 * @param {any} value
 * @returns {{ kind: string, number: number }}
 */
export function unpack(value) {
  if (typeof value === 'number') return { kind: 'number', number: value };
  if (typeof value === 'string') {
    const [number, rest] = value.split(' ');
    return { kind: rest === LONG ? 'long' : 'a string', number: Number(number) };
  }
  // By its tag: Jest's maps are of another realm.
  if (Object.prototype.toString.call(value) === '[object Map]') {
    return { kind: 'map', number: value.get('number') };
  }
  if (ArrayBuffer.isView(value)) {
    const [number, same] = /** @type {Float64Array} */ (value);
    return { kind: number === same ? 'buffer' : 'a view', number };
  }
  return { kind: value?.list?.[1] === value?.number ? 'object' : 'a value', number: value?.number };
}

/**
 * Looks at a clock for so long, which shakes what runs at the same time.
 * @param {number} us
 */
export function spin(us) {
  if (us === 0) return;
  const endMs = performance.now() + us / 1000;
  while (performance.now() < endMs);
}

/** @type {MessageChannel | undefined} */
let channel;
/** @type {(() => void)[]} */
const callbacks = [];

/**
 * Calls back in a macrotask, sooner than a timer would.
 * @param {() => void} callback
 */
export function nextMacrotask(callback) {
  if (typeof setImmediate === 'function') {
    setImmediate(callback);
    return;
  }
  if (!channel) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => callbacks.shift()?.();
  }
  callbacks.push(callback);
  channel.port2.postMessage(undefined);
}

/**
 * Waits for a microtask, a macrotask, or so many ms.
 * @param {import('./program.js').Moment} moment
 * @returns {Promise<void>}
 */
export function pause(moment) {
  if (moment === 'microtask') return Promise.resolve();
  if (moment === 'macrotask') return new Promise(nextMacrotask);
  return new Promise((resolve) => setTimeout(resolve, moment));
}
