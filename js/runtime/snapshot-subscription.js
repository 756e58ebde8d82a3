import { setTimeout } from '../shared/timers.js';
import { wrong } from '../shared/check.js';
import { checkSubscriptionOptions } from './options.js';

/** @typedef {import('../types.js').SnapshotSubscriptionOptions} SnapshotSubscriptionOptions */

/**
 * @template S
 * @param {() => S} getSnapshot is cheap, and its result plain data
 */
export function makeSubscribe(getSnapshot) {
  /** @type {Set<() => void>} */
  const subscriptions = new Set();
  let ended = false;

  /**
   * Calls `listener` with a snapshot now and then, until the runtime is disposed. That does not
   * keep a process alive. What the listener throws is reported as an uncaught error.
   * @param {(snapshot: S) => void} listener
   * @param {SnapshotSubscriptionOptions} [options]
   * @returns {() => void} ends the subscription; idempotent
   * @throws {TypeError} for a bad argument
   */
  function subscribe(listener, options = {}) {
    if (typeof listener !== 'function') {
      throw wrong('subscribeRuntimeSnapshot()', "option 'listener'", listener, 'a function');
    }
    checkSubscriptionOptions(options);
    const { intervalMs = 1000, emitImmediately = true, onlyOnChange = false } = options;
    let last = onlyOnChange && !emitImmediately ? JSON.stringify(getSnapshot()) : '';

    const emit = () => {
      try {
        const snapshot = getSnapshot();
        if (onlyOnChange) {
          const text = JSON.stringify(snapshot);
          if (text === last) return;
          last = text;
        }
        listener(snapshot);
      } catch (error) {
        reportUncaught(error);
      }
    };

    const timer = /** @type {any} */ (ended ? undefined : setInterval(emit, intervalMs));
    timer?.unref?.(); // Node's own
    const unsubscribe = () => {
      clearInterval(timer);
      subscriptions.delete(unsubscribe);
    };
    if (timer) subscriptions.add(unsubscribe);
    if (emitImmediately) emit();
    return unsubscribe;
  }

  /** Ends all subscriptions, and lets no further one live. */
  function end() {
    ended = true;
    for (const unsubscribe of subscriptions) unsubscribe();
  }

  return { subscribe, end };
}

/** @param {unknown} error */
function reportUncaught(error) {
  if (typeof reportError === 'function') return reportError(error);
  setTimeout(() => {
    throw error;
  });
}
