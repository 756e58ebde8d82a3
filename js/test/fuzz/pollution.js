/** @file Puts properties on Object.prototype, as some pages do, and takes them away again. */

/** No indices: neither Node nor Emscripten could push to an array. */
const KEYS = [
  ...['a', 'b', 'c', 'x', '-1', 'constructor', 'toString', 'hasOwnProperty', 'ünï'],
  ...['get', 'set', 'value', 'writable', 'type', 'name', 'message', 'stack', 'cause', 'errors'],
];

/** @typedef {[key: string, kind: 'setter' | 'constant' | 'hidden'][]} Pollution */

/**
 * @param {import('../chaos/random.js').Random} random
 * @returns {Pollution}
 */
export const makePollution = (random) =>
  Array.from({ length: 1 + random.int(4) }, () => [
    random.pick(KEYS),
    random.pick(['setter', 'constant', 'hidden']),
  ]);

/**
 * @param {Pollution} pollution
 * @returns {() => string[]} takes it away, and says which setters have been called
 */
export function pollute(pollution) {
  /** @type {Set<string>} */
  const called = new Set();
  const before = Object.getOwnPropertyDescriptors(Object.prototype);
  for (const [key, kind] of pollution) {
    const value = /** @type {any} */ (before)[key]?.value;
    /** @type {PropertyDescriptor} */
    const property =
      kind === 'setter'
        ? { get: () => value, set: () => void called.add(key) }
        : { value: value ?? (key === 'get' || key === 'set' ? undefined : 'inherited') };
    const rest = { configurable: true, enumerable: kind === 'constant' };
    Object.defineProperty(
      Object.prototype,
      key,
      Object.assign(Object.create(null), property, rest)
    );
  }
  return () => {
    for (const [key] of pollution) delete (/** @type {any} */ (Object.prototype)[key]);
    for (const [key] of pollution) {
      if (!Object.hasOwn(before, key)) continue;
      Object.defineProperty(Object.prototype, key, /** @type {any} */ (before)[key]);
    }
    return [...called];
  };
}
