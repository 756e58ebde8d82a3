/**
 * @file Checks of what users pass in. Every failure is a TypeError that names what was wrong, quotes the
 * value and says what is accepted.
 */

/**
 * A check of one option or argument.
 * @typedef {object} Rule
 * @property {string} accepts
 * @property {(value: any) => boolean} test
 */

/** @type {(value: any) => boolean} */
export const isObject = (value) => typeof value === 'object' && value !== null;

/** What several functions accept. */
export const is = {
  boolean: {
    accepts: 'true or false',
    test: (/** @type {any} */ value) => typeof value === 'boolean',
  },
  function: {
    accepts: 'a function',
    test: (/** @type {any} */ value) => typeof value === 'function',
  },
  signal: {
    accepts: 'an AbortSignal',
    test: (/** @type {any} */ value) =>
      isObject(value) &&
      typeof value.aborted === 'boolean' &&
      typeof value.addEventListener === 'function',
  },
};

/**
 * @param {string[]} values
 * @returns {Rule}
 */
export const oneOf = (...values) => ({
  accepts: values.map((value) => `'${value}'`).join(' or '),
  test: (value) => values.includes(value),
});

/**
 * @param {string} where the function that was called, as users write it
 * @param {any} options
 * @param {Record<string, Rule>} rules
 * @param {string} [prefix] of the options' names in messages
 * @throws {TypeError}
 */
export function checkOptions(where, options, rules, prefix = '') {
  if (!isObject(options)) {
    throw new TypeError(`${where} takes an object of options, but was given ${quote(options)}.`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      const known = Object.keys(rules).join(', ');
      throw new TypeError(
        `${where}: unknown option '${prefix}${name}' (${quote(value)}); it accepts ${known}.`
      );
    }
    const { accepts, test } = rules[name];
    if (value !== undefined && !test(value)) {
      throw wrong(where, `option '${prefix}${name}'`, value, accepts);
    }
  }
}

/**
 * @param {string} where the function that was called, as users write it
 * @param {string} what the argument or the option
 * @param {unknown} value
 * @param {string} accepts
 */
export function wrong(where, what, value, accepts) {
  return new TypeError(`${where}: ${what} is ${quote(value)}; it accepts ${accepts}.`);
}

/**
 * How an error tells a value.
 * @param {any} value
 */
export function quote(value) {
  if (typeof value === 'string') return `'${value}' (string)`;
  if (typeof value === 'function') return `the function ${value.name || '(anonymous)'}`;
  if (!isObject(value)) return `${String(value)} (${typeof value})`;
  return `an object (${value.constructor?.name ?? 'no class'})`;
}
