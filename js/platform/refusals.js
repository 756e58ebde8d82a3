/** @file Deno detaches the buffers of what it refuses to clone; no other engine does. */
import { canBePosted, findTransferables, isWasmSized } from '../shared/transferables.js';
import { functionOf } from '../callback.js';
import { findHolders } from '../runtime/calls/callbacks.js';

/** Whether this engine does. */
export const detachesRefused = (() => {
  const buffer = new ArrayBuffer(1);
  canBePosted(undefined, [buffer]);
  return buffer.byteLength === 0;
})();

/**
 * Shortens a list that was refused, without a try, which would cost its buffers.
 * @type {typeof import('../shared/transferables.js').withoutRefused}
 */
export function guessRefused(list, error) {
  if (error?.name !== 'TypeError') return list; // too late; and much is cloned to {} unless it is listed
  const rest = list.filter((one) => !isWasmSized(one));
  return rest.length < list.length ? rest : [];
}

/**
 * Whether callbacks have to be replaced before arguments are posted, for they can be posted once. A callback
 * that only a getter gives is not found: each getter is called once, by the clone.
 * @type {typeof import('../runtime/calls/callbacks.js').mayHoldCallbacks}
 */
export const arePostedOnce = ({ values, transfer = findTransferables(values) }) =>
  values.some(functionOf) || (transfer.length > 0 && findHolders(values, dataOf).standIns.size > 0);

/**
 * Like Object.values(), without what getters give.
 * @param {object} object
 */
const dataOf = (object) =>
  Object.keys(object).map((key) => Object.getOwnPropertyDescriptor(object, key)?.value);
