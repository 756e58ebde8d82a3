/**
 * @file What V8's stack traces tell: they reach through `await` (https://v8.dev/docs/stack-trace-api), so
 * that code finds the function which awaits it, and that may have a name of ours.
 */

/** What our names begin with; a key comes behind. */
const PREFIX = 'atelier:trace:';

/** So many frames are looked at. */
const MAX_FRAMES = 200;

/**
 * Awaits a result in a frame that has a key.
 * @param {string} key
 * @param {unknown} result
 * @returns {Promise<any>}
 */
export function awaitInFrame(key, result) {
  const name = PREFIX + key;
  return {
    async [name]() {
      return await result;
    },
  }[name]();
}

/**
 * Looks through the frames of ours that the running code is in, from the inside, which takes some
 * microseconds. A page's own Error.prepareStackTrace is not called.
 * @template T
 * @param {(key: string) => T | undefined} find
 * @returns {T | undefined} what `find` has found first
 */
export function findFrame(find) {
  const { prepareStackTrace, stackTraceLimit } = /** @type {any} */ (Error);
  const prepare = (/** @type {unknown} */ _, /** @type {any[]} */ sites) => {
    for (const site of sites) {
      const name = site.getFunctionName();
      const found = name?.startsWith(PREFIX) && find(name.slice(PREFIX.length));
      if (found) return found;
    }
  };
  if (!Reflect.set(Error, 'prepareStackTrace', prepare)) return undefined; // the page has frozen it
  Reflect.set(Error, 'stackTraceLimit', MAX_FRAMES);
  const { stack } = /** @type {any} */ (new Error());
  Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  Reflect.set(Error, 'prepareStackTrace', prepareStackTrace);
  return typeof stack === 'string' ? undefined : stack;
}

/** @type {Promise<boolean> | undefined} */
let seen;

/**
 * Whether stack traces are V8's. Firefox's reach through `await` while it is debugged, and only then.
 * @returns {Promise<boolean>}
 */
export function canSeeFrames() {
  const look = async () => {
    await undefined;
    return 'stackTraceLimit' in Error && findFrame(() => true) === true;
  };
  return (seen ??= awaitInFrame('', look()));
}
