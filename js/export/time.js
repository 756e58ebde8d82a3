/**
 * Milliseconds in nanoseconds. A double has no room for the time since the epoch in nanoseconds, so
 * whole milliseconds and the rest are converted apart.
 * @param {number} ms
 * @returns {bigint}
 */
export function toNanoseconds(ms) {
  const whole = Math.trunc(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
}
