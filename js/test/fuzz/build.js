/** @file Makes the values that generate.js thinks up. */
import { ACTIONS, PRIMITIVES, SHAPES, UNCLONEABLE } from './generate.js';

/** @typedef {import('./generate.js').Program} Program */

const LEAVES = [...PRIMITIVES, ...UNCLONEABLE];

/**
 * Makes an own property, whatever is inherited.
 * @param {object} target
 * @param {PropertyKey} key
 * @param {PropertyDescriptor} property
 */
function define(target, key, property) {
  const defaults = {
    configurable: true,
    enumerable: true,
    ...(Object.hasOwn(property, 'value') && { writable: true }),
  };
  Reflect.defineProperty(target, key, Object.assign(Object.create(null), defaults, property));
}

/**
 * @param {Program} program
 * @returns {any} a new value each time, which behaves the same
 */
export function build(program) {
  /** @type {Map<number, any>} */
  const made = new Map();
  let reads = 0;
  const register = (/** @type {any} */ container) => {
    made.set(made.size, container);
    return container;
  };
  const again = (/** @type {number} */ index) => made.get(index % made.size);

  /** @type {(action: number, index: number) => void} */
  const act = (action, index) => {
    const target = again(index);
    if (target === undefined || action >= ACTIONS) return;
    if (ArrayBuffer.isView(target)) return; // what is transferred is not read before the end
    const keys = Object.keys(target);
    if (action === 0 && Array.isArray(target)) target.length = 0;
    else if (action === 1 && Array.isArray(target)) target.length >>= 1;
    else if (action === 2) Reflect.deleteProperty(target, keys.at(-1) ?? 'a');
    else if (action === 3) Reflect.deleteProperty(target, keys[0] ?? 'a');
    else if (action === 4) define(target, keys[0] ?? '0', { value: 'changed' });
    else if (action === 5) define(target, 'added', { value: new Date(0) });
    else throw new RangeError('a step of the value’s own');
  };

  /** @type {(target: any, key: string, value: Program) => void} */
  const add = (target, key, value) => {
    if (value[0] !== 'getter') {
      define(target, key, { value: run(value) });
      return;
    }
    const [, inner, action, of] = value;
    const result = run(inner);
    const get = () => {
      reads += 1;
      act(action, of);
      return [reads, result];
    };
    define(target, key, { get, set: undefined });
  };

  /** @type {(item: Program) => any} */
  const run = (item) => {
    switch (item[0]) {
      case 'primitive':
        return LEAVES[item[1]];
      case 'again':
        return again(item[1]);
      case 'getter':
        return run(item[1]);
      case 'object': {
        const [, properties, shape] = item;
        const object = register(shape === 1 ? Object.create(null) : {});
        for (const [key, value] of properties) add(object, key, value);
        return finish(object, shape);
      }
      case 'array': {
        const [, items, extra] = item;
        const array = register([]);
        items.forEach((value, i) => {
          if (value[0] === 'hole') array.length = i + 1;
          else add(array, String(i), value);
        });
        for (const [key, value] of extra) if (key !== 'length') add(array, key, value);
        return array;
      }
      case 'proxy': {
        const [, inner, trap, action, of] = item;
        return trapped(run(inner), trap, () => act(action, of));
      }
      default: {
        const [, kind, prototype, inner] = item;
        const object = register(BUILT_INS[kind](run(inner)));
        if (prototype !== 0) Object.setPrototypeOf(object, [Object.prototype, null][prototype - 1]);
        return object;
      }
    }
  };
  return run(program);
}

/**
 * @param {any} object
 * @param {number} shape
 */
function finish(object, shape) {
  if (shape >= SHAPES) return object;
  if (shape === 2) Object.freeze(object);
  if (shape === 3) define(object, 'hidden', { value: () => {}, enumerable: false });
  if (shape === 4) define(object, Symbol.toStringTag, { value: 'Error' });
  if (shape === 5) define(object, Symbol.iterator, { value: 1 });
  return object;
}

/** @type {(keyof ProxyHandler<any>)[]} */
const TRAPPED = ['ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf', 'get', 'has'];

/**
 * @param {any} value
 * @param {number} trap
 * @param {() => void} act
 */
function trapped(value, trap, act) {
  const target = Object(value) === value ? value : [value];
  const name = TRAPPED[trap];
  if (!name) {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  }
  return new Proxy(target, {
    [name]: (/** @type {any[]} */ ...args) => {
      if (args[1] !== 'then') act(); // that is asked of every result
      return /** @type {any} */ (Reflect)[name](...args);
    },
  });
}

const bytes = () => Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer;

const bytesOf = (/** @type {number} */ length) => {
  const view = new Uint8Array(length);
  view.set([1, 2, 3]);
  view[length - 1] = 4;
  return view;
};

/** @type {(...args: any[]) => any} */
function argumentsOf() {
  return arguments;
}

/** @type {((inner: any) => any)[]} */
const BUILT_INS = [
  () => new Date(5),
  (inner) => new Map([[inner, 1]]),
  (inner) => new Map([['key', inner]]),
  (inner) => new Set([inner]),
  () => /a/gi,
  (inner) => new Error('m', { cause: inner }),
  () => new TypeError('m'),
  () => bytes(),
  () => Object(5),
  () => Object('boxed'),
  () => Object(true),
  () => Object(5n),
  () => new Uint8Array(bytes(), 2, 3),
  () => new Float64Array(bytes()),
  () => new DataView(bytes(), 1),
  () => {
    const buffer = bytes();
    return { one: new Uint8Array(buffer, 1), two: new Uint16Array(buffer), buffer };
  },
  (inner) => argumentsOf(inner),
  () => new Blob(['blob']),
  () => new WeakRef({}),
  () => new WeakMap(),
  (inner) => new (class Own { field = inner; })(), // prettier-ignore
  (inner) => Object.assign(new Date(1), { extra: inner }),
  () => new Uint8Array(bytes()),
  () => bytesOf(5000),
  () => new Float32Array(bytesOf(70_000).buffer),
  () => new BigUint64Array(bytes()),
  () => new DataView(bytesOf(137).buffer),
  () => bytesOf(4096).buffer,
  () => [new Uint8ClampedArray(bytes()), new Int16Array(bytes())],
  (inner) => Object.assign(bytesOf(600), { extra: inner }),
  () => new (class Pixels extends Uint16Array {})(3),
  () => {
    const buffer = bytes();
    return [new Int8Array(buffer), new Uint32Array(buffer)];
  },
  () => new Int32Array(new /** @type {any} */ (ArrayBuffer)(16, { maxByteLength: 64 })),
  () => {
    const view = bytesOf(9);
    structuredClone(view.buffer, { transfer: [view.buffer] });
    return [view];
  },
];
