/** From the highest word of a trace's id to the lowest. */
const TRACE_WORDS = [1, 0, 3, 2];

/**
 * @param {ArrayLike<number>} words those of the wasm memory, or a part of them
 * @param {number} at where the id is in it
 * @returns {string | undefined} 16 digits, or undefined if there is no span
 */
export function spanIdAt(words, at) {
  return hex([words[at + 1], words[at]]);
}

/**
 * @param {ArrayLike<number>} words those of the wasm memory, or a part of them
 * @param {number} at where the id is in it
 * @returns {string | undefined} 32 digits, or undefined if there is no trace
 */
export function traceIdAt(words, at) {
  return hex(TRACE_WORDS.map((word) => words[at + word]));
}

/** @param {number[]} words of 32 bits */
function hex(words) {
  if (words.every((word) => word === 0)) return undefined;
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}
