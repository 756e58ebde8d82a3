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
