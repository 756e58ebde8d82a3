/** @file What a test and its workers share: words, by their places. */

const MOST_STARTS = 2000;

export const at = { startGate: 0, gate: 1, started: 2, log: 3 };

export const makeWords = () => new Int32Array(new SharedArrayBuffer(4 * (at.log + MOST_STARTS)));

/**
 * @param {Int32Array} words
 * @param {number} gate
 */
export function open(words, gate) {
  Atomics.store(words, gate, 1);
  Atomics.notify(words, gate);
}

/**
 * @param {Int32Array} words
 * @returns {number[]} the ids of the calls that have started, in order
 */
export const startsIn = (words) => [
  ...words.subarray(at.log, at.log + Atomics.load(words, at.started)),
];
