/**
 * How long a terminated worker may go on using its memory, in ms. Engines stop it within
 * microseconds; nobody tells when.
 */
const GRACE_MS = 1000;

/** @type {{ sinceMs: number, free: () => void }[]} oldest first */
const graves = [];

/**
 * Frees a terminated worker's memory, once the worker has surely stopped: when the next one is
 * buried or started after that.
 * @param {() => void} free
 */
export function bury(free) {
  sweep();
  graves.push({ sinceMs: performance.now(), free });
}

/** Frees what may be freed by now. */
export function sweep() {
  while (graves.length > 0 && performance.now() - graves[0].sinceMs >= GRACE_MS) {
    graves.shift()?.free();
  }
}
