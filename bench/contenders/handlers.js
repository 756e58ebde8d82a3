/** @file What every contender's worker can do. */

export const handlers = {
  /** @param {number} value */
  increment: (value) => value + 1,

  /** @param {unknown} value comes back as a copy */
  echo: (value) => value,

  /** @param {ArrayBuffer} buffer comes back, transferred wherever that can be */
  move: (buffer) => buffer,

  /** @param {number} ms to keep the worker busy */
  spin(ms) {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs);
  },
};
