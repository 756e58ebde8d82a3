/**
 * @file What can give a call up: signals, and a timeout from the call on. None switches another
 * off.
 */

/** setTimeout takes no more, in ms: almost 25 days. */
export const LONGEST_TIMER_MS = 0x7fffffff;

/**
 * Watches whatever can cancel a call, until the returned function is called.
 * @param {(AbortSignal | undefined)[]} signals
 * @param {number | undefined} timeoutMs
 * @param {(reason: unknown) => void} cancel called once at most: now, if a signal has fired
 * @returns {() => void}
 */
export function watch(signals, timeoutMs, cancel) {
  const fired = signals.find((signal) => signal?.aborted);
  if (fired) {
    cancel(fired.reason);
    return () => {};
  }
  /** @type {(() => void)[]} */
  const undo = [];
  for (const signal of signals) {
    if (!signal) continue;
    const abort = () => cancel(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    undo.push(() => signal.removeEventListener('abort', abort));
  }
  if (timeoutMs !== undefined && timeoutMs <= LONGEST_TIMER_MS) {
    const expired = () =>
      cancel(new DOMException(`The call took longer than ${timeoutMs} ms.`, 'TimeoutError'));
    const timer = setTimeout(expired, timeoutMs);
    undo.push(() => clearTimeout(timer));
  }
  return () => undo.forEach((step) => step());
}
