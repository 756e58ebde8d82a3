import { byId, svgElement } from './element.js';

const HEIGHT = 80;
/** The highest bin of a dark or light picture would dwarf all others. */
const SHOWN_SHARE = 0.995;

/**
 * Draws two histograms over each other.
 * @param {Uint32Array} before
 * @param {Uint32Array} after
 */
export function showHistogram(before, after) {
  const top = Math.max(topOf(before), topOf(after));
  byId('histogram').replaceChildren(
    svgElement(
      'svg',
      {
        class: 'histogram',
        viewBox: `0 0 255 ${HEIGHT}`,
        preserveAspectRatio: 'none',
        role: 'img',
        'aria-label': 'Histograms of luminance, from black to white, original and enhanced',
      },
      svgElement('path', { class: 'histogram-after', d: areaOf(after, top) }),
      svgElement('path', { class: 'histogram-before', d: lineOf(before, top) })
    )
  );
}

/** @param {Uint32Array} counts */
function topOf(counts) {
  const sorted = counts.slice().sort();
  return Math.max(1, sorted[Math.floor(SHOWN_SHARE * (sorted.length - 1))]);
}

function lineOf(counts, top) {
  const y = (count) => (HEIGHT * (1 - Math.min(1, count / top))).toFixed(1);
  return `M${Array.from(counts, (count, x) => `${x} ${y(count)}`).join('L')}`;
}

function areaOf(counts, top) {
  return `${lineOf(counts, top)}V${HEIGHT}H0Z`;
}
