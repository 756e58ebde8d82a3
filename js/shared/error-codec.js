/**
 * @file Errors across threads. `structuredClone` loses an error's class, its name if it is not a
 * standard one, and its own properties; this keeps name, message, stack, cause, the standard class
 * and every own property that can be cloned. What is not an error goes as it is.
 */

/**
 * @typedef {{
 *   atelierError: true, type: string, name: string, message: string, stack?: string,
 *   properties: Record<string, unknown>, cause?: unknown, errors?: unknown[]
 * }} EncodedError
 */

/** @type {Record<string, new (message?: string) => Error>} */
const STANDARD = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

const MAX_DEPTH = 16;

/**
 * Whether a value is an error, of whatever realm.
 * @param {unknown} value
 * @returns {value is Error}
 */
export function isError(value) {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/**
 * Makes of a thrown value one that can be posted. Never throws: of what cannot be cloned it keeps
 * the text.
 * @param {unknown} thrown
 * @param {number} [depth]
 * @returns {unknown}
 */
export function encodeError(thrown, depth = 0) {
  if (!isError(thrown) && !isDomException(thrown)) {
    return isCloneable(thrown) ? thrown : encodeError(notCloneable(thrown), depth);
  }
  /** @type {any} */
  const error = thrown;
  /** @type {EncodedError} */
  const encoded = {
    atelierError: true,
    type: isDomException(error) ? 'DOMException' : standardType(error),
    name: text(() => error.name),
    message: text(() => error.message),
    stack: text(() => error.stack),
    properties: {},
  };
  if (depth >= MAX_DEPTH) return encoded;
  for (const key of Object.keys(error)) {
    if (key === 'cause' || key === 'errors' || key === 'stack' || key === 'message') continue;
    const value = read(error, key);
    if (isCloneable(value)) encoded.properties[key] = value;
  }
  if ('cause' in error) encoded.cause = encodeError(read(error, 'cause'), depth + 1);
  if (typeof AggregateError === 'function' && error instanceof AggregateError) {
    encoded.errors = error.errors.map((inner) => encodeError(inner, depth + 1));
  }
  return encoded;
}

/**
 * Turns what `encodeError` made back into what was thrown.
 * @param {any} encoded
 * @returns {unknown}
 */
export function decodeError(encoded) {
  if (encoded?.atelierError !== true) return encoded;
  const { type, name, message, stack, properties } = /** @type {EncodedError} */ (encoded);
  if (type === 'DOMException') return withStack(new DOMException(message, name), stack);
  const error = encoded.errors
    ? new AggregateError(encoded.errors.map(decodeError), message)
    : new (STANDARD[type] ?? Error)(message);
  define(error, 'name', name);
  if ('cause' in encoded) define(error, 'cause', decodeError(encoded.cause));
  Object.assign(error, properties);
  return withStack(error, stack);
}

/**
 * @param {unknown} value
 * @returns {boolean}
 */
function isDomException(value) {
  return typeof DOMException === 'function' && value instanceof DOMException;
}

/** @param {any} error */
function standardType(error) {
  for (let proto = error; proto; proto = Object.getPrototypeOf(proto)) {
    const name = Object.hasOwn(proto, 'constructor') ? proto.constructor?.name : undefined;
    if (name in STANDARD) return name;
  }
  return 'Error';
}

/** @param {unknown} value */
function isCloneable(value) {
  if (typeof value !== 'object' || value === null) {
    return typeof value !== 'function' && typeof value !== 'symbol';
  }
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** @param {unknown} thrown */
function notCloneable(thrown) {
  return new DOMException(
    `The thrown value cannot be cloned: ${text(() => thrown)}`,
    'DataCloneError'
  );
}

/**
 * Own getters of an error may throw.
 * @param {any} error
 * @param {string} key
 */
function read(error, key) {
  try {
    return error[key];
  } catch {
    return undefined;
  }
}

/** @param {() => unknown} get */
function text(get) {
  try {
    return String(get());
  } catch {
    return 'unprintable';
  }
}

/**
 * @param {Error} error
 * @param {string} key
 * @param {unknown} value
 */
function define(error, key, value) {
  if (/** @type {any} */ (error)[key] === value) return;
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}

/**
 * @param {Error} error
 * @param {string | undefined} stack
 */
function withStack(error, stack) {
  if (stack !== undefined) define(error, 'stack', stack);
  return error;
}
