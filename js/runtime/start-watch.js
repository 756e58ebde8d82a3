/** In how many steps, and how long each is at most, in ms: a page that does not run takes none. */
const STEPS = 20;
const LONGEST_STEP_MS = 1_000;

/** A worker that has said nothing for so long is worth a warning, in ms. */
const SILENT_MS = 10_000;

/**
 * Measures how long a worker takes to start, while this thread runs.
 * @param {number} startTimeoutMs
 * @param {(callback: () => void) => void} nextMacrotask
 * @param {{ silent: () => void, late: () => void }} listeners of a worker that has taken SILENT_MS, and
 *   `startTimeoutMs`
 * @returns {() => void} ends that
 */
export function watchStart(startTimeoutMs, nextMacrotask, { silent, late }) {
  const stepMs = Math.min(startTimeoutMs / STEPS, LONGEST_STEP_MS);
  let spentMs = 0;
  let ended = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const step = () => {
    if (ended) return;
    if (spentMs < SILENT_MS && spentMs + stepMs >= SILENT_MS) silent();
    spentMs += stepMs;
    // If this thread was busy, the worker's message may have come in time: that is taken in before.
    if (spentMs >= startTimeoutMs) nextMacrotask(() => ended || late());
    else if (startTimeoutMs < Infinity || spentMs < SILENT_MS) timer = setTimeout(step, stepMs);
  };
  timer = setTimeout(step, stepMs);
  return () => {
    ended = true;
    clearTimeout(timer);
  };
}
