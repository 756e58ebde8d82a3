import { decodeError } from '../../shared/error-codec.js';

/**
 * How a promise is settled; `isThrown` if a handler has thrown the error.
 * @typedef {{ value: any } | { error: unknown, isThrown?: boolean }} Outcome
 */

/**
 * Makes a call's outcome of its reply, whichever way that has come.
 * @param {boolean} failed
 * @param {any} value what the handler has returned, or its error as `encodeError` made it
 * @returns {Outcome}
 */
export function outcomeOfReply(failed, value) {
  return failed ? { error: decodeError(value), isThrown: true } : { value };
}
