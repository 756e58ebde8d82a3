import { showComparison } from './compare.js';
import { byId, element } from './element.js';
import { formatNumber, formatPercent, formatSize } from './format.js';
import { showHistogram } from './histogram.js';
import { showOutputs } from './outputs.js';
import { showPalette } from './palette.js';

/**
 * @typedef {import('../pixels/analyze.js').Analysis} Analysis
 */

/** @type {[label: string, hint: string, read: (analysis: Analysis) => string][]} */
const FIGURES = [
  ['Brightness', 'Mean luma', ({ brightness }) => formatPercent(brightness)],
  ['Contrast', 'Standard deviation of luma', ({ contrast }) => formatPercent(contrast)],
  ['Sharpness', 'Variance of the Laplacian', ({ sharpness }) => formatNumber(sharpness)],
];

/**
 * Shows all that the pipeline made of a picture.
 * @param {File} file
 * @param {import('../pipeline.js').Result} result
 */
export async function showResult(file, { source, images, before, after }) {
  await showComparison(file, images[0]);
  byId('caption').textContent = `${file.name}, ${formatSize(source)}`;
  showHistogram(before.histogram, after.histogram);
  byId('figures').replaceChildren(
    ...FIGURES.map(([label, hint, read]) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row', title: hint }, label),
        element('td', {}, read(before)),
        element('td', {}, read(after))
      )
    )
  );
  showPalette(after.palette);
  showOutputs(images, file.name);
}
