/** @file Handlers that put something on Object.prototype, or values that change while they are read. */
import { expose } from 'atelier-wasm/worker';

let setterCalls = 0;

/** Takes the first elements of what it is in away, when it is looked at. */
const vanishing = (/** @type {any[]} */ list) =>
  new Proxy(
    {},
    {
      ownKeys() {
        list.length = 0;
        return [];
      },
    }
  );

expose({
  /** Puts setters there, for the next call. */
  addSetters(/** @type {string[]} */ keys) {
    setterCalls = 0;
    for (const key of keys) {
      const set = () => void setterCalls++;
      Object.defineProperty(Object.prototype, key, {
        get: () => 'inherited',
        set,
        configurable: true,
      });
    }
  },
  /** Takes them away, and says what has arrived in spite of them. */
  removeSetters(/** @type {string[]} */ keys, /** @type {any} */ value) {
    for (const key of keys) delete (/** @type {any} */ (Object.prototype)[key]);
    return [setterCalls, JSON.stringify(value)];
  },
  text: (/** @type {string} */ text) => text,
  vanish() {
    const list = /** @type {any[]} */ ([1, 2, 3]);
    list.unshift(vanishing(list));
    return { list };
  },
  countReads() {
    let reads = 0;
    const get = () => ++reads;
    return [Object.defineProperty([], '0', { get, enumerable: true }), { get once() { return ++reads; } }]; // prettier-ignore
  },
  disguised: () =>
    [new Date(5), new Map([[1, 2]]), new Set([3]), new Uint8Array(2).buffer, /x/, Object(1n)].map(
      (value) => Object.setPrototypeOf(value, Object.prototype)
    ),
  uneven: () => [Object.assign([1, , 3], { extra: 1 }), Object.assign([1], { x: 1 })], // eslint-disable-line no-sparse-arrays
});
