/** @file What the options of this entry's functions accept. */
import { checkOptions as check, isObject } from '../shared/check.js';

/** @type {Record<string, import('../shared/check.js').Rule>} */
const OPTIONS = {
  timeOrigin: { accepts: 'a time in milliseconds since the epoch', test: Number.isFinite },
  resource: {
    accepts: 'an object whose values are strings, finite numbers, booleans or arrays of these',
    test: (value) =>
      isObject(value) && !Array.isArray(value) && Object.values(value).flat().every(isPrimitive),
  },
  tracer: {
    accepts: 'a tracer of OpenTelemetry',
    test: (value) => typeof value?.startSpan === 'function',
  },
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
  check(where, options, Object.fromEntries(known.map((name) => [name, OPTIONS[name]])));
}
