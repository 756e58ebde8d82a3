/**
 * @file What can give a call up: signals, and a timeout from the call on. None switches another
 * off.
 */
import { startTimeout } from '../../shared/timers.js';

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
  const undo = signals
    .filter((signal) => signal !== undefined)
    .map((signal) => onAbort(signal, () => cancel(signal.reason)));
  if (timeoutMs !== undefined && timeoutMs <= LONGEST_TIMER_MS) {
    const expired = () =>
      cancel(new DOMException(`The call took longer than ${timeoutMs} ms.`, 'TimeoutError'));
    undo.push(startTimeout(expired, timeoutMs));
  }
  return () => undo.forEach((step) => step());
}

/**
 * Who listens to a signal: one listener of ours each, since Node warns of a leak at eleven, and as
 * many calls may well have one signal.
 * @type {WeakMap<AbortSignal, { calls: Set<() => void>, stop: () => void }>}
 */
const watched = new WeakMap();

/**
 * @param {AbortSignal} signal
 * @param {() => void} abort
 * @returns {() => void} undoes it
 */
function onAbort(signal, abort) {
  const { calls, stop } = watched.get(signal) ?? listen(signal);
  calls.add(abort);
  return () => {
    if (calls.delete(abort) && calls.size === 0) stop();
  };
}

/** @param {AbortSignal} signal */
function listen(signal) {
  /** @type {Set<() => void>} */
  const calls = new Set();
  const fire = () => calls.forEach((abort) => abort());
  const stop = () => {
    signal.removeEventListener('abort', fire);
    watched.delete(signal);
  };
  const entry = { calls, stop };
  watched.set(signal, entry);
  signal.addEventListener('abort', fire);
  return entry;
}
