import { EXPOSED, exposedTwice, realm } from '../worker/expose.js';

/** @typedef {import('../worker/expose.js').Exposed} Exposed */

/** A module that is imported again is not run again. @type {WeakMap<object, Exposed>} */
const exposedBy = new WeakMap();

/** @type {Promise<unknown>} settles when the module that was asked for last has been imported */
let last = Promise.resolve();

/**
 * Imports a worker's module, behind those that were asked for before, and finds out what it exposes.
 * @param {() => unknown} load
 * @param {Promise<void>} ended gives it up, so that others have their turn
 * @returns {Promise<Exposed>}
 */
export function importHandlers(load, ended) {
  const imported = last.then(() => importNow(load, ended));
  last = imported.catch(() => {});
  return imported;
}

/**
 * @param {() => unknown} load
 * @param {Promise<void>} ended
 */
async function importNow(load, ended) {
  /** @type {Exposed | undefined} */
  let found;
  const before = realm[EXPOSED];
  realm[EXPOSED] = (exposed) => {
    if (found) throw exposedTwice();
    found = exposed;
  };
  try {
    const module = await Promise.race([load(), ended]);
    if (typeof module !== 'object' || module === null) {
      throw new TypeError(
        'The function that inlineWorker() was given must return what import() gives: ' +
          'inlineWorker(() => import(…)).'
      );
    }
    found ??= exposedBy.get(module);
    if (!found) {
      throw new Error(
        'The module that inlineWorker() has imported did not call expose() meanwhile. It may have been ' +
          'imported before, by other code: import it by inlineWorker() alone, or reset the modules ' +
          '(vi.resetModules(), jest.resetModules()).'
      );
    }
    exposedBy.set(module, found);
    return found;
  } finally {
    realm[EXPOSED] = before;
  }
}
