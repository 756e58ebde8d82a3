/**
 * @typedef {import('./pixels.js').Pixels} Pixels
 */

/**
 * The Rec. 709 luma of every pixel, 0 to 255.
 * @param {Pixels} image
 * @returns {Float32Array}
 */
export function lumaOf({ width, height, data }) {
  const luma = new Float32Array(width * height);
  for (let i = 0, p = 0; i < luma.length; i++, p += 4) {
    luma[i] = 0.2126 * data[p] + 0.7152 * data[p + 1] + 0.0722 * data[p + 2];
  }
  return luma;
}

/**
 * How many pixels have which luma.
 * @param {Float32Array} luma
 * @returns {Uint32Array} 256 counts
 */
export function histogramOf(luma) {
  const counts = new Uint32Array(256);
  for (const value of luma) counts[Math.round(value)]++;
  return counts;
}

/**
 * The luma that the given share of the pixels does not exceed.
 * @param {Uint32Array} histogram
 * @param {number} share 0 to 1
 */
export function percentile(histogram, share) {
  const total = histogram.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  return histogram.findIndex((count) => (seen += count) >= share * total && seen > 0);
}
