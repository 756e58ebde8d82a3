import { hexOf, oklabOf, squaredDistance } from './oklab.js';

/**
 * @typedef {import('./oklab.js').Oklab} Oklab
 * @typedef {{ hex: string, share: number }} PaletteColor share: of the picture's pixels, 0 to 1
 * @typedef {{ color: Oklab, count: number }} Bin pixels of nearly the same colour
 */

const COLORS = 6;
const MAX_ROUNDS = 16;
const BITS = 5;
const OPAQUE = 128;

/**
 * The dominant colours, by k-means in Oklab, the most frequent first. The same picture always gives
 * the same colours.
 * @param {import('./pixels.js').Pixels} image
 * @returns {PaletteColor[]}
 */
export function dominantColors(image) {
  const bins = binsOf(image);
  let centers = seeds(bins);
  let clusters = assign(bins, centers);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = clusters.map(meanColor);
    const moved = next.some((center, i) => squaredDistance(center, centers[i]) > 1e-6);
    if (!moved) break;
    centers = next;
    clusters = assign(bins, centers);
  }
  const total = countOf(bins);
  return clusters
    .map((cluster, i) => ({ hex: hexOf(centers[i]), share: countOf(cluster) / total }))
    .filter(({ share }) => share > 0)
    .sort((one, other) => other.share - one.share);
}

/**
 * Groups the pixels by the upper bits of their channels: thousands of colours instead of millions.
 * @param {import('./pixels.js').Pixels} image
 * @returns {Bin[]}
 */
function binsOf({ data }) {
  const counts = new Uint32Array(1 << (3 * BITS));
  const sums = new Float64Array(counts.length * 3);
  const drop = 8 - BITS;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] < OPAQUE) continue;
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    const bin = ((r >> drop) << (2 * BITS)) | ((g >> drop) << BITS) | (b >> drop);
    counts[bin]++;
    sums[bin * 3] += r;
    sums[bin * 3 + 1] += g;
    sums[bin * 3 + 2] += b;
  }
  /** @type {Bin[]} */
  const bins = [];
  for (const [bin, count] of counts.entries()) {
    if (count === 0) continue;
    const mean = (/** @type {number} */ channel) => Math.round(sums[bin * 3 + channel] / count);
    bins.push({ color: oklabOf(mean(0), mean(1), mean(2)), count });
  }
  return bins;
}

/**
 * The most frequent colour, then again and again the one that is farthest from those chosen;
 * frequent ones count as farther.
 * @param {Bin[]} bins
 * @returns {Oklab[]}
 */
function seeds(bins) {
  /** @type {Oklab[]} */
  const chosen = [];
  const distances = bins.map(() => 1);
  while (chosen.length < Math.min(COLORS, bins.length)) {
    let best = 0;
    let bestScore = -1;
    for (const [i, { count }] of bins.entries()) {
      const score = distances[i] * Math.sqrt(count);
      if (score > bestScore) [best, bestScore] = [i, score];
    }
    const { color } = bins[best];
    chosen.push(color);
    for (const [i, bin] of bins.entries()) {
      const distance = squaredDistance(bin.color, color);
      distances[i] = chosen.length === 1 ? distance : Math.min(distances[i], distance);
    }
  }
  return chosen;
}

/**
 * @param {Bin[]} bins
 * @param {Oklab[]} centers
 * @returns {Bin[][]} the bins that are nearest to each centre
 */
function assign(bins, centers) {
  /** @type {Bin[][]} */
  const clusters = centers.map(() => []);
  for (const bin of bins) {
    const distances = centers.map((center) => squaredDistance(bin.color, center));
    clusters[distances.indexOf(Math.min(...distances))].push(bin);
  }
  return clusters;
}

/**
 * @param {Bin[]} cluster
 * @returns {Oklab}
 */
function meanColor(cluster) {
  const total = countOf(cluster);
  const mean = (/** @type {0 | 1 | 2} */ axis) =>
    cluster.reduce((sum, { color, count }) => sum + color[axis] * count, 0) / total;
  return [mean(0), mean(1), mean(2)];
}

/** @param {Bin[]} bins */
function countOf(bins) {
  return bins.reduce((sum, { count }) => sum + count, 0);
}
