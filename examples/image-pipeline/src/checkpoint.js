/** A call tells of its progress in steps of this size. */
const STEP = 0.02;

/**
 * What an algorithm calls as it goes on: it ends a call that is cancelled, and tells the caller how
 * much is done.
 * @param {import('atelier-wasm/worker').TaskContext} context
 * @returns {import('./pixels/pixels.js').Checkpoint}
 */
export function checkpointOf(context) {
  let told = 0;
  return (share) => {
    context.throwIfAborted();
    if (share < Math.min(told + STEP, 1)) return;
    told = share;
    context.progress(share);
  };
}
