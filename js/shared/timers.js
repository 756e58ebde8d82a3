/**
 * @file The platform's functions as they were at import. A test runner may put fakes in their places:
 * nothing of ours waits for these.
 */
export let { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

/**
 * Takes others: those of `node:timers` are the platform's own even where fakes were there at import.
 * @param {Pick<typeof globalThis, 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'>} timers
 */
export function takeTimers(timers) {
  ({ setTimeout, clearTimeout, setInterval, clearInterval } = timers);
}

const resolved = Promise.resolve();

/**
 * Runs a task as the platform's function of this name does, which may be a fake even at import.
 * @param {() => void} task must not throw
 */
export const queueMicrotask = (task) => void resolved.then(task);

/**
 * Measures a `timeoutMs`.
 * @param {() => void} expired
 * @param {number} ms
 * @returns {() => void} ends that
 */
export let startTimeout = (expired, ms) => {
  const timer = setTimeout(expired, ms);
  return () => clearTimeout(timer);
};

/** Has the clock of the running test measure each `timeoutMs` from now on. */
export function followTestClock() {
  startTimeout = (expired, ms) => {
    const { setTimeout, clearTimeout } = globalThis;
    const timer = setTimeout(expired, ms);
    return () => clearTimeout(timer);
  };
}
