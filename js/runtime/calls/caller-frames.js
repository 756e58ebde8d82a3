/**
 * @file Who has called a handler that throws. V8's stack traces reach through `await`
 * (https://v8.dev/docs/stack-trace-api): a microtask whose promise leads to that of a call sees the
 * functions that await the call. So a call costs nothing for it that does not fail.
 */
import { isError } from '../../shared/error-codec.js';

/** A stack as V8 writes it, which nobody has replaced by a text of their own. */
const HAS_FRAMES = /\n\s+at /;

/**
 * Appends the functions that await a promise to the stack of an error, a microtask later.
 * @param {unknown} error
 * @param {(promise: Promise<never>) => void} resolve resolves the promise; it is not called
 */
export function appendCallers(error, resolve) {
  const look = () => {
    append(error, look);
    return new Promise(() => {}); // so that `resolve` is never called
  };
  const probe = Promise.resolve().then(look);
  probe.then(resolve);
}

/**
 * @param {unknown} error
 * @returns {error is Error} whether its stack has frames, to which others can be appended
 */
export function takesCallers(error) {
  try {
    return 'captureStackTrace' in Error && isError(error) && HAS_FRAMES.test(String(error.stack));
  } catch {
    return false; // a page's own Error.prepareStackTrace has thrown
  }
}

/**
 * @param {any} error
 * @param {() => void} look what calls this: the functions that await are below it
 */
function append(error, look) {
  /** @type {{ stack?: unknown }} */
  const seen = {};
  try {
    /** @type {any} */ (Error).captureStackTrace(seen, look); // V8 has it
    const [, ...lines] = String(seen.stack).split('\n');
    error.stack = [error.stack, ...lines.filter((line) => !line.includes('node:internal'))].join(
      '\n'
    );
  } catch {
    // As above.
  }
}
