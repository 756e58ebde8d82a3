import { define } from './define.js';

/** What structuredClone() of Node 20 says of a value that it has written and cannot read. */
const UNREAD = /^Unable to deserialize cloned data/;

/**
 * Says of what the platform has refused to clone where it was, and what to do. Other errors stay as they
 * are.
 * @param {any} error
 * @param {() => string} what has been refused
 * @param {string} [advice] more of it
 * @returns {unknown}
 */
export function refused(error, what, advice = '') {
  if (error?.name !== 'DataCloneError' && !UNREAD.test(error?.message)) return error;
  const message =
    `${what()} cannot be cloned: ${error.message} Pass plain data: in Vue toRaw(it), in Svelte ` +
    `$state.snapshot(it).${advice}`;
  const named = new DOMException(message, 'DataCloneError');
  define(named, 'cause', error, false);
  return named;
}
