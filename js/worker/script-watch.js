/**
 * How long after its import `expose()` may be called before it is asked whether the script has run to
 * its end, in ms and in times of what it took to load: without a top-level await, it may be a little late.
 */
const GRACE_MS = 1_500;
const GRACE_TIMES = 4;

/**
 * @typedef {object} WorkerScript
 * @property {() => string | undefined} url of the script, if it is a module
 * @property {number} loadMs how long it took to load, as far as is known
 */

/**
 * Tells, after the grace, when the worker's script has run to its end, its top-level awaits included. A
 * module that imports itself gets itself then (https://tc39.es/ecma262/#sec-moduleevaluation). If the server has redirected it, it is run once more:
 * only after the grace, when the worker would most likely fail anyway.
 * @param {WorkerScript} script
 * @param {() => void} ended
 * @returns {ReturnType<typeof setTimeout>} ends the watch, if it is cleared before the grace is over
 */
export function watchScript({ url, loadMs }, ended) {
  const ask = async () => {
    try {
      const script = url();
      if (script === undefined) return;
      await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ script);
    } catch {
      return; // the worker's owner hears of that anyway
    }
    ended();
  };
  return setTimeout(ask, Math.max(GRACE_MS, GRACE_TIMES * loadMs));
}
