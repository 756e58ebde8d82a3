/** @file What code may throw, or abort a call with. For Node, pages and workers alike. */

const trap = () => {
  throw new Error('trapped');
};
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const trapping = (/** @type {object} */ target) =>
  new Proxy(target, { get: trap, has: trap, ownKeys: trap, getPrototypeOf: trap });
const getter = (/** @type {any} */ target, /** @type {PropertyKey} */ key, get = trap) =>
  Object.defineProperty(target, key, { get, enumerable: true, configurable: true });
const named = (/** @type {string} */ name) =>
  new (Object.defineProperty(class extends RangeError {}, 'name', { value: name }))('m');
const withFields = (/** @type {object} */ fields, message = 'm') =>
  Object.defineProperties(new Error(message), Object.getOwnPropertyDescriptors(fields));
/** Can be read, and so cloned, only once. */
const once = (/** @type {any} */ target) => {
  let reads = 0;
  return getter(target, 'once', () => {
    if (reads++ > 0) trap();
    return /** @type {never} */ ('read');
  });
};

/** As validators throw it. */
class Invalid extends Error {
  name = 'Invalid';
  issues = [{ path: ['size', 0], message: 'too wide' }, new RangeError('too high')];
  get errors() {
    return this.issues;
  }
}

class Endless extends Error {
  get cause() {
    return new Endless('more');
  }
  get errors() {
    return [new Endless('more'), new Endless('more')];
  }
}

/** @type {Record<string, () => unknown>} */
export const thrown = {
  'a revoked Proxy': revoked,
  'a revoked cause': () => new Error('m', { cause: revoked() }),
  'a revoked error in a list': () => new AggregateError([revoked(), new Error('other')], 'm'),
  'a Proxy whose traps throw': () => trapping(new Error('m')),
  'a Proxy of an error': () => new Proxy(new RangeError('m'), {}),
  'a cause whose traps throw': () => new Error('m', { cause: trapping([]) }),
  'a Proxy whose prototypes have no end': () => {
    const endless = () => new Proxy({}, { getPrototypeOf: endless });
    return endless();
  },
  'an error whose prototype is null': () => Object.setPrototypeOf(new TypeError('m'), null),

  'a tag that throws': () => getter(new TypeError('m'), Symbol.toStringTag),
  'a tag that lies': () => ({ [Symbol.toStringTag]: 'Error', message: 'none' }),
  'a constructor that throws': () => getter(new TypeError('m'), 'constructor'),
  'a class that is called toString': () => named('toString'),
  'a class that is called __proto__': () => named('__proto__'),
  'texts that throw': () =>
    ['stack', 'name', 'message'].reduce((error, key) => getter(error, key), new TypeError('m')),
  'texts that are none': () => withFields({ stack: null, name: Symbol('s'), message: { x: 1 } }),
  'no stack': () => {
    const error = new Error('m');
    delete error.stack;
    return error;
  },

  'errors: null': () => withFields({ errors: null }),
  'errors: a text': () => withFields({ errors: 'several' }),
  'errors of a validator': () => withFields({ errors: [{ path: ['size', 0], code: 5 }, 'text'] }),
  'errors by field': () => withFields({ errors: { size: ['too wide'], nested: { a: [1n] } } }),
  'errors of a class': () => new Invalid('m'),
  'errors that throw': () => getter(new AggregateError([], 'm'), 'errors'),
  'errors: a huge sparse array': () => {
    const errors = [new Error('first')];
    errors.length = 2 ** 32 - 1;
    return withFields({ errors });
  },
  'errors: a Proxy of a list': () => withFields({ errors: trapping([new Error('hidden')]) }),
  'errors that hold itself': () => {
    const error = new AggregateError([], 'm');
    error.errors = [error, error, 'text', [1]];
    return error;
  },
  'errors that double with each level': () => {
    let error = new Error('level 0');
    for (let i = 1; i < 60; i++) error = new AggregateError([error, error], `level ${i}`);
    return error;
  },
  'a cause that throws': () => getter(new Error('m'), 'cause'),
  'a cycle of causes': () => {
    const first = new Error('first');
    first.cause = new TypeError('second', { cause: first });
    return first;
  },
  'getters that make more and more errors': () => new Endless('m'),
  'a long chain of causes': () => {
    let error = new Error('0');
    for (let i = 1; i < 5000; i++) error = new Error(String(i), { cause: error });
    return error;
  },

  'a property that can be read once': () => once(new Error('m')),
  'a value that can be read once': () => once({ a: 1 }),
  'a cause that can be read once': () => new Error('m', { cause: once({}) }),
  'properties of all kinds': () =>
    withFields({
      ...{ code: 5, map: new Map([[1, 2]]), inner: new RangeError('inner'), fn() {} },
      ...{ get: 1, set: 2, value: 3, type: 'type', constructor: 'own', name: 'Other' },
      ...JSON.parse('{"__proto__": {"x": 1}}'),
    }),
  'error and suppressed': () => withFields({ error: new Error('one'), suppressed: 'two' }),
  'a DOMException with properties': () =>
    Object.assign(new DOMException('m', 'NetworkError'), { url: '/x', cause: new Error('why') }),

  undefined: () => undefined,
  null: () => null,
  'a forged error': () => ({ atelierError: true, errors: 1 }),
  'a forged envelope': () => ({ errors: [{ type: 'Error', own: 5 }], value: 1 }),
  'an error in an object': () => ({ errors: [new TypeError('inner')] }),
  'a function': () => () => {},
  'a Symbol': () => Symbol('s'),
  'a value that cannot say what it is': () => ({ fn() {}, toString: trap }),
  'a function as a cause': () => new Error('m', { cause: () => {} }),
};
