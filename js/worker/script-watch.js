/** How long after its import `expose()` may be called before somebody asks for it, in ms. */
const GRACE_MS = 1_000;

/**
 * Tells, after the grace, when the worker's script has run to its end, its top-level awaits included. A
 * module that imports itself gets itself then (https://tc39.es/ecma262/#sec-moduleevaluation); a classic
 * script has ended by then anyway. If the server has redirected a module, it is run once more.
 * @param {() => string | undefined} scriptUrl where the script is, if it is a module
 * @param {() => void} ended
 * @returns {ReturnType<typeof setTimeout>} ends the watch, if it is cleared before the grace is over
 */
export function watchScript(scriptUrl, ended) {
  const ask = async () => {
    try {
      const url = scriptUrl();
      if (url !== undefined) {
        await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ url);
      }
    } catch {
      return; // the worker's owner hears of that anyway
    }
    ended();
  };
  return setTimeout(ask, GRACE_MS);
}
