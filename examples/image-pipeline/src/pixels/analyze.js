import { histogramOf, lumaOf } from './luma.js';
import { dominantColors } from './palette.js';
import { laplacianVariance } from './sharpness.js';

/**
 * @typedef {object} Analysis
 * @property {Uint32Array} histogram how many pixels have which luma, 256 counts
 * @property {number} brightness mean luma, 0 to 1
 * @property {number} contrast standard deviation of luma, 0 to 1 (RMS contrast)
 * @property {number} sharpness variance of the luma's Laplacian
 * @property {import('./palette.js').PaletteColor[]} palette the dominant colours
 */

/**
 * @param {import('./pixels.js').Pixels} image
 * @param {import('./pixels.js').Checkpoint} checkpoint
 * @returns {Analysis}
 */
export function analyze(image, checkpoint) {
  const luma = lumaOf(image);
  const mean = luma.reduce((sum, value) => sum + value, 0) / luma.length;
  const variance = luma.reduce((sum, value) => sum + (value - mean) ** 2, 0) / luma.length;
  checkpoint(1 / 2);
  const analysis = {
    histogram: histogramOf(luma),
    brightness: mean / 255,
    contrast: Math.sqrt(variance) / 255,
    sharpness: laplacianVariance({ width: image.width, height: image.height, luma }),
    palette: dominantColors(image),
  };
  checkpoint(1);
  return analysis;
}
