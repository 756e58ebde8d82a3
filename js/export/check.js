/** @file Checks of what users pass in. Every failure is a TypeError that names what was wrong. */

/** @type {(value: unknown) => value is object} */
export const isObject = (value) => typeof value === 'object' && value !== null;

/**
 * @param {string} where the function that was called, as users write it
 * @param {string} what the argument or option
 * @param {unknown} value
 * @param {string} accepts
 */
export const wrong = (where, what, value, accepts) =>
  new TypeError(`${where}: ${what} is ${quote(value)}; it accepts ${accepts}.`);

/** @param {any} value */
function quote(value) {
  if (typeof value === 'string') return `'${value}' (string)`;
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (!isObject(value)) return `${String(value)} (${typeof value})`;
  return `an object (${value.constructor?.name ?? 'no class'})`;
}

/** @type {Record<string, [accepts: string, test: (value: any) => boolean]>} */
const OPTIONS = {
  timeOrigin: ['a time in milliseconds since the epoch', Number.isFinite],
  resource: [
    'an object whose values are strings, finite numbers, booleans or arrays of these',
    (value) =>
      isObject(value) && !Array.isArray(value) && Object.values(value).flat().every(isPrimitive),
  ],
  tracer: ['a tracer of OpenTelemetry', (value) => typeof value?.startSpan === 'function'],
};

/** @param {unknown} value */
const isPrimitive = (value) =>
  typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);

/**
 * @param {string} where
 * @param {any} options
 * @param {string[]} known the names of options that it takes
 */
export function checkOptions(where, options, known) {
  if (!isObject(options)) throw wrong(where, 'options', options, 'an object of options');
  for (const [name, value] of Object.entries(options)) {
    if (!known.includes(name)) {
      throw new TypeError(`${where}: unknown option '${name}'; it accepts ${known.join(', ')}.`);
    }
    const [accepts, test] = OPTIONS[name];
    if (value !== undefined && !test(value)) throw wrong(where, `option '${name}'`, value, accepts);
  }
}
