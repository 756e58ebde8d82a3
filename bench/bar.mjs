/** @file What is wanted of the numbers: ratios to `postMessage` by hand in the same run. */
import { OURS, YARDSTICK } from './contenders/index.js';
import { linesOf, ratio } from './table.mjs';

/**
 * @typedef {import('./load.mjs').State} State
 * @typedef {import('./measure.js').Row} Row
 * @typedef {{ title: string, ratio: number, bar: number }} Bar `ratio`: the median of the rounds'; it
 *   is to be at most `bar`
 * @typedef {{ state: State, browser: string, isolated: boolean }} Conditions
 */

/**
 * In Chromium with shared memory, on two cores.
 * @type {Record<string, Record<State, number>>}
 */
const BARS = {
  sequential: { quiet: 0.12, 'idle-load': 0.9, busy: 0.9 },
  'sequential, with spans': { quiet: 0.35, 'idle-load': 0.9, busy: 0.9 },
  object: { quiet: 0.4, 'idle-load': 1, busy: 1 },
  burst: { quiet: 0.15, 'idle-load': 0.2, busy: 0.2 },
  'burst, main thread': { quiet: 0.15, 'idle-load': 0.2, busy: 0.2 },
  first: { quiet: 1, 'idle-load': 1, busy: 1 },
  each16: { quiet: 1, 'idle-load': 1, busy: 1 },
  eight16: { quiet: 0.8, 'idle-load': 0.8, busy: 0.8 },
  each300: { quiet: 1, 'idle-load': 1, busy: 1 },
  string: { quiet: 0.7, 'idle-load': 0.8, busy: 0.8 },
  rows: { quiet: 1, 'idle-load': 1, busy: 1 },
  bytes: { quiet: 0.4, 'idle-load': 0.4, busy: 0.4 },
  floats: { quiet: 0.5, 'idle-load': 0.5, busy: 0.5 },
  startup: { quiet: 1.3, 'idle-load': 1.3, busy: 1.3 },
};

/**
 * In other browsers, and by messages.
 * @param {string} key
 * @param {number} most
 */
const elsewhere = (key, most) => (key === 'startup' ? 1.4 : most);

/**
 * @param {string} key
 * @param {Conditions} conditions
 */
function barOf(key, { state, browser, isolated }) {
  if (!(key in BARS)) return NaN;
  if (browser !== 'chromium') return elsewhere(key, 1.2);
  return isolated ? BARS[key][state] : elsewhere(key, 1.15);
}

/**
 * @param {Row[]} rows
 * @param {Conditions} conditions
 * @returns {Bar[]} of all for which there is a ratio; `bar` may be NaN
 */
export const barsOf = (rows, conditions) =>
  rows
    .flatMap(linesOf)
    .map(({ key, title, values }) => ({
      title,
      ratio: ratio(values[OURS], values[YARDSTICK]),
      bar: barOf(key, conditions),
    }))
    .filter(({ ratio }) => Number.isFinite(ratio));
