/** @file Prints what was measured: medians and ratios of contenders and of ways, and the bars. */
import { NAMES, YARDSTICK } from './contenders/index.js';

/**
 * @typedef {import('./bar.mjs').Bar} Bar
 * @typedef {import('./measure.js').Row} Row
 */

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
 * What each of a table's lines has beside its title.
 * @param {Row} row
 * @returns {{ key: string, title: string, values: Record<string, number[]> }[]}
 */
export function linesOf({ part, title, spans, samples, busy }) {
  const key = part + (spans ? ', with spans' : '');
  const full = title + (spans ? ', with spans' : '');
  const line = { key, title: full, values: samples };
  if (!Object.values(busy).some((values) => values.length > 0)) return [line];
  const mainThread = { title: `${full}: the main thread`, values: busy };
  return [line, { key: `${key}, main thread`, ...mainThread }];
}

/**
 * @param {Record<string, number[]>} values
 * @param {string} name
 * @param {string} base
 */
function cell(values, name, base) {
  const value = median(values[name]);
  if (Number.isNaN(value)) return '';
  const times = ratio(values[name], values[base]);
  return short(value) + (name === base || Number.isNaN(times) ? '' : ` ×${times.toFixed(2)}`);
}

/**
 * @param {Row[]} rows
 * @param {Bar[]} bars
 */
export function printContenders(rows, bars) {
  if (rows.length === 0) return;
  const names = NAMES.filter((name) => rows.some(({ samples }) => name in samples));
  const lines = [['', 'median', ...names, 'bar']];
  for (const row of rows) {
    for (const { title, values } of linesOf(row)) {
      const bar = bars.find((bar) => bar.title === title)?.bar ?? NaN;
      const cells = names.map(
        (name) => cell(values, name, YARDSTICK) + (name in row.fewer ? ' *' : '')
      );
      lines.push([title, row.unit, ...cells, Number.isNaN(bar) ? '' : bar.toFixed(2)]);
    }
  }
  printLines(lines);
  const fewer = new Set(rows.flatMap((row) => Object.entries(row.fewer)).map(String));
  for (const one of fewer) console.log(`*: ${one.replace(',', ', at most ')} calls at once`);
  console.log(
    `×: how many times what ${YARDSTICK} takes. With spans: its own, and others' by hand.`
  );
  const bad = bars.filter(({ ratio, bar }) => ratio > Math.min(bar || 1, 1));
  const told = bad.map(({ title, ratio, bar }) => [
    title,
    ratio.toFixed(2),
    ratio > 1 ? 'slower than by hand' : '',
    ratio > bar ? `misses ${bar.toFixed(2)}` : '',
  ]);
  if (bad.length > 0) printLines([['to improve', 'ratio', '', ''], ...told]);
  else if (bars.length > 0) console.log('\nNothing is slower than by hand, and no bar is missed.');
}

/** @param {Row} row */
export function printWays({ title, unit, samples, base }) {
  const lines = Object.entries(samples).map(([way, values]) => [
    way,
    ...[0.05, 0.5, 0.95].map((share) => short(quantile(values, share))),
    ...(base ? [(median(values) / median(samples[base])).toFixed(2)] : []),
  ]);
  const over = base ? [`over ${base}`] : [];
  printLines([[`${title}, ${unit}`, '5 %', 'median', '95 %', ...over], ...lines]);
}

/** @param {Row[]} rows of bytes */
export function printMemory(rows) {
  if (rows.length === 0) return;
  const names = Object.keys(rows[0].samples);
  const lines = rows.map(({ title, samples }) => [
    title,
    ...names.map((name) =>
      name in samples ? Math.round(median(samples[name])).toLocaleString('en') : ''
    ),
  ]);
  printLines([['bytes', ...names], ...lines]);
}
