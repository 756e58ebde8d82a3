import { refused } from '../../shared/clone-error.js';
import {
  canBePosted,
  findTransferables,
  holdsSharedMemory,
  isPrimitive,
  postTransferring,
  tagOf,
} from '../../shared/transferables.js';

/**
 * The arguments of a call on their way to a worker.
 * @typedef {object} Arguments
 * @property {unknown[]} values
 * @property {Transferable[] | undefined} transfer what of them is transferred; undefined: all that
 *   can be
 */

/** @type {boolean | undefined} */
let sharesMemory;

/** In WebKit, structuredClone() copies shared memory, which postMessage() shares. */
const cloneSharesMemory = () =>
  (sharesMemory ??=
    typeof SharedArrayBuffer === 'undefined' ||
    tagOf(structuredClone(new SharedArrayBuffer(0))) === 'SharedArrayBuffer');

/**
 * Takes a copy, so that later changes are not seen; what is to be transferred is gone from the
 * caller's side then. Where a copy would not be one, nothing is taken.
 * @param {Arguments} args
 * @returns {Arguments}
 * @throws {DOMException} DataCloneError
 */
export function capture({ values, transfer }) {
  if (!transfer?.length && values.every(isPrimitive)) return { values, transfer };
  if (!cloneSharesMemory() && holdsSharedMemory(values)) return { values, transfer };
  const clone = (/** @type {Transferable[]} */ list) => structuredClone(values, { transfer: list });
  const copy = postOnce({ values, transfer }, clone);
  return { values: copy, transfer: undefined }; // the copies are ours: all can be transferred on
}

/**
 * @template T
 * @param {Arguments} args
 * @param {(transfer: Transferable[]) => T} post
 * @returns {T}
 */
export function postOnce({ values, transfer }, post) {
  if (transfer) return post(transfer);
  return values.every(isPrimitive) ? post([]) : postTransferring(values, post);
}

/**
 * Posts arguments that are kept for another attempt: by cloning. What can only be transferred is,
 * and then there is nothing left to keep.
 * @param {Arguments} args
 * @param {(transfer: Transferable[]) => void} post
 * @returns {boolean} whether they are still whole
 */
export function postKeeping({ values }, post) {
  try {
    post([]);
    return true;
  } catch {
    postTransferring(values, post);
    return false;
  }
}

/**
 * Says of arguments that could not be cloned which it was. Other errors stay as they are.
 * @param {unknown} error
 * @param {import('./open-calls.js').OpenCall} call
 * @param {string} taskId
 * @returns {unknown}
 */
export function nameRefused(error, { method, args }, taskId) {
  return refused(
    error,
    () => `${findRefused(args)} of ${method.name}() of task '${taskId}'`,
    ' Pass a function as callback(fn).'
  );
}

/**
 * Finds out which argument the platform has refused.
 * @param {Arguments | undefined} args
 * @returns {string} 'Argument 1', or 'Argument ?' if it is rather what is to be transferred
 */
function findRefused(args) {
  const { values, transfer } = /** @type {Arguments} */ (args);
  const index = [undefined, ...values].findIndex(
    (value) => !canBePosted(value, transfer ?? findTransferables(value))
  );
  return `Argument ${index > 0 ? index : '?'}`;
}
