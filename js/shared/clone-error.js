import { define } from './value-codec.js';

/**
 * Says of what the platform has refused to clone where it was, and what to do. Other errors stay as they
 * are.
 * @param {any} error
 * @param {() => string} what has been refused
 * @param {string} [advice] more of it
 * @returns {unknown}
 */
export function refused(error, what, advice = '') {
  if (error?.name !== 'DataCloneError') return error;
  const message =
    `${what()} cannot be cloned: ${error.message} Pass plain data: in Vue toRaw(it), in Svelte ` +
    `$state.snapshot(it).${advice}`;
  const named = new DOMException(message, 'DataCloneError');
  define(named, 'cause', error, false);
  return named;
}
