import { clearInterval, setInterval } from '../../shared/timers.js';

/** In how many steps a worker's time passes, and how long each is at most, in ms. */
const STEPS = 20;
const LONGEST_STEP_MS = 1_000;

/** A worker that has said nothing for so many of the longest steps is worth a warning. */
const SILENT_STEPS = 10;

/**
 * Measures how long a worker takes to start, in steps: a page that does not run takes none.
 * @param {number} startTimeoutMs
 * @param {() => void} silent after ten seconds, if it has far more than that
 * @param {() => void} late after `startTimeoutMs`
 * @returns {() => void} ends that
 */
export function watchStart(startTimeoutMs, silent, late) {
  const stepMs = Math.min(startTimeoutMs / STEPS, LONGEST_STEP_MS);
  let spentMs = 0;
  const timer = setInterval(() => {
    spentMs += stepMs;
    if (spentMs === SILENT_STEPS * LONGEST_STEP_MS) silent();
    if (spentMs >= startTimeoutMs) late();
  }, stepMs);
  return () => clearInterval(timer);
}
