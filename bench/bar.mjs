/** @file What is wanted of the numbers: ratios of what was measured in the same run. */
import { NAMES, OURS } from './contenders/index.js';
import { median, ratio } from './table.mjs';

/**
 * @typedef {import('./measure.js').Row} Row
 * @typedef {{ workload: string, against: string, ratio: number, bar: number }} Bar `ratio`: the
 *   median of the rounds'; it is to be at most `bar`
 */

const HAND = 'hand-written postMessage';
const SPAN_BY_HAND = 'five calls by hand';
const PEERS = NAMES.filter((name) => ![OURS, 'postMessage', 'batched'].includes(name));

/**
 * @param {Row[]} rows
 * @param {number} [sizeKb]
 * @returns {Bar[]} those for which all was measured
 */
export function barsOf(rows, sizeKb = NaN) {
  const find = (/** @type {string} */ part, spans = false) =>
    rows.find((row) => row.part === part && row.spans === spans);
  const over = (/** @type {Row | undefined} */ row, other = 'postMessage') =>
    ratio(row?.samples[OURS], row?.samples[other]);

  const [tiny, burst] = [find('sequential'), find('burst')];
  const span = find('span', true)?.samples;
  const overByHand = (/** @type {string} */ way) => ratio(span?.[way], span?.['by hand']);
  const pending = rows.filter(({ part }) => part === 'pending').map(({ samples }) => samples[OURS]);
  const [fastest = ''] = PEERS.filter((name) => tiny?.samples[name]?.length).sort(
    (a, b) => median(tiny?.samples[a]) - median(tiny?.samples[b])
  );

  /** @type {[workload: string, against: string, ratio: number, bar: number][]} */
  const bars = [
    ['tiny calls, one by one', HAND, over(tiny), 0.5],
    ['tiny calls, one by one', `the fastest peer, ${fastest}`, over(tiny, fastest), 0.6],
    ['burst of 20,000 over two workers', HAND, over(burst), 0.25],
    ['burst of 20,000 over two workers', `${HAND}, batched`, over(burst, 'batched'), 1],
    ['burst, with spans', `${HAND}, ${SPAN_BY_HAND} each`, over(find('burst', true)), 0.35],
    ['burst, main thread busy', HAND, ratio(burst?.busy[OURS], burst?.busy.postMessage), 0.3],
    ['an object of 300 bytes, one by one', HAND, over(find('object')), 0.6],
    ['64 KiB copied', HAND, over(find('copied')), 1],
    ['8 MiB transferred', HAND, over(find('moved')), 1.1],
    ['unequal tasks', 'the ideal', median(find('unequal')?.samples[OURS]), 1.05],
    ['start to first result', HAND, over(find('startup')), 1.5],
    ['a span, first', SPAN_BY_HAND, overByHand('default, first'), 1.1],
    ['a span, after 100,000', SPAN_BY_HAND, overByHand('default, after 100,000'), 1.1],
    ['a span, marks: false', SPAN_BY_HAND, overByHand('marks: false'), 0.4],
    ['a call with 100,000 pending', 'with 10 pending', ratio(pending.at(-1), pending[0]), 1.2],
    ['what a page loads', 'KB, gzipped', sizeKb, 35],
  ];
  return bars
    .filter(([, , measured]) => Number.isFinite(measured))
    .map(([workload, against, ratio, bar]) => ({ workload, against, ratio, bar }));
}
