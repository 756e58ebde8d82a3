/** @file Deno detaches the buffers of what it refuses to clone; no other engine does. */
import { canBePosted, findTransferables, isWasmSized } from '../shared/transferables.js';
import { functionOf } from '../callback.js';

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
 * Whether callbacks have to be looked for before arguments are posted, for they can be posted once.
 * @type {typeof import('../runtime/calls/callbacks.js').mayHoldCallbacks}
 */
export const arePostedOnce = ({ values, transfer = findTransferables(values) }) =>
  transfer.length > 0 || values.some(functionOf);
