/** @file Prints what was measured: medians and ratios of contenders and of ways, and the bars. */
import { NAMES, OURS } from './contenders/index.js';

/** @typedef {import('./measure.js').Row} Row */

/**
 * @param {number[] | undefined} values
 * @param {number} share
 */
function quantile(values = [], share) {
  const at = (values.length - 1) * share;
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor(at)] + sorted[Math.ceil(at)]) / 2;
}

/** @param {number[] | undefined} values */
export const median = (values) => quantile(values, 0.5);

/**
 * @param {number[] | undefined} values
 * @param {number[] | undefined} others of the same rounds, as far as both have made them
 * @returns {number} the median of what the rounds' ratios are; NaN if there are none
 */
export const ratio = (values = [], others = []) =>
  median(values.slice(0, others.length).map((value, round) => value / others[round]));

/** @param {number} value */
const short = (value) => (value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0));

/** @param {string[][]} lines of cells; the first is the head */
function printLines(lines) {
  const isNumber = lines[0].map((_, column) => column > 0 && /^-?\d/.test(lines[1][column]));
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const padded = lines.map((line) => {
    const cells = line.map((text, column) =>
      isNumber[column] ? text.padStart(widths[column]) : text.padEnd(widths[column])
    );
    return cells.join('  ').trimEnd();
  });
  padded.splice(1, 0, widths.map((width) => '─'.repeat(width)).join('  '));
  console.log(`\n${padded.join('\n')}`);
}

/**
 * @param {Row} row
 * @param {Record<string, number[]>} values
 * @param {string} name
 */
function cell({ fewer }, values, name) {
  const value = median(values[name]);
  if (Number.isNaN(value)) return '';
  const times = ratio(values[name], values[OURS]);
  const over = name === OURS || Number.isNaN(times) ? '' : ` ×${short(times)}`;
  return short(value) + over + (name in fewer ? ' *' : '');
}

/** @param {Row[]} rows */
export function printContenders(rows) {
  if (rows.length === 0) return;
  const names = NAMES.filter((name) => rows.some(({ samples }) => name in samples));
  const lines = [['', 'median', ...names]];
  for (const row of rows) {
    const title = row.title + (row.spans ? ', with spans' : '');
    lines.push([title, row.unit, ...names.map((name) => cell(row, row.samples, name))]);
    if (Object.values(row.busy).some((values) => values.length > 0)) {
      const cells = names.map((name) => cell(row, row.busy, name));
      lines.push(['  of that the main thread', row.unit, ...cells]);
    }
  }
  printLines(lines);
  if (names.includes(OURS))
    console.log(`×: how many times what ${OURS} takes. With spans: its own, and others' by hand.`);
  const fewer = new Set(rows.flatMap((row) => Object.entries(row.fewer)).map(String));
  for (const one of fewer) console.log(`*: ${one.replace(',', ', at most ')} calls at once`);
}

/** @param {Row} row */
export function printWays({ title, unit, samples }) {
  const lines = Object.entries(samples).map(([way, values]) => [
    way,
    ...[0.05, 0.5, 0.95].map((share) => short(quantile(values, share))),
  ]);
  printLines([[`${title}, ${unit}`, '5 %', 'median', '95 %'], ...lines]);
}

/** @param {import('./bar.mjs').Bar[]} bars */
export function printBars(bars) {
  if (bars.length === 0) return;
  const lines = bars.map(({ workload, against, ratio, bar }) => [
    ...[workload, against, ratio.toFixed(2), bar.toFixed(2)],
    ratio <= bar ? 'met' : 'not met',
  ]);
  printLines([['workload', 'against', 'ratio', 'bar', ''], ...lines]);
}
