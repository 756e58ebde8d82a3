import { fromLinear, toLinear } from './srgb.js';

/**
 * @typedef {import('./pixels.js').Pixels} Pixels
 * @typedef {object} Kernel
 *   The weights of source pixels in each target pixel, along one axis.
 * @property {number} taps source pixels per target pixel
 * @property {Int32Array} first the first of them, per target pixel
 * @property {Float32Array} weights `taps` per target pixel; their sum is 1
 */

const LOBES = 3;

/**
 * Scales a picture so that its longer edge has the given length.
 * @param {Pixels} source
 * @param {number} edge
 * @param {import('./pixels.js').Checkpoint} checkpoint called once a row
 * @returns {Pixels}
 */
export function resampleToEdge(source, edge, checkpoint) {
  const scale = edge / Math.max(source.width, source.height);
  const width = Math.max(1, Math.round(source.width * scale));
  const height = Math.max(1, Math.round(source.height * scale));
  return resample(source, width, height, checkpoint);
}

/**
 * Resamples a picture with a separable Lanczos filter, in linear light and with premultiplied alpha,
 * so that fine detail keeps its brightness and transparent pixels bleed no colour.
 * @param {Pixels} source
 * @param {number} width
 * @param {number} height
 * @param {import('./pixels.js').Checkpoint} checkpoint called once a row
 * @returns {Pixels}
 */
export function resample(source, width, height, checkpoint) {
  const columns = lanczosKernel(source.width, width);
  const rows = lanczosKernel(source.height, height);
  const data = new Uint8ClampedArray(width * height * 4);
  const sourceRow = new Float32Array(source.width * 4);
  const sum = new Float32Array(width * 4);
  // Rows that are resampled along x, as many as one target row is made of.
  const window = Array.from({ length: rows.taps }, () => new Float32Array(width * 4));
  let done = 0;

  for (let y = 0; y < height; y++) {
    checkpoint(y / height);
    const first = rows.first[y];
    for (; done < first + rows.taps; done++) {
      readRow(source, done, sourceRow);
      resampleRow(sourceRow, columns, window[done % rows.taps]);
    }
    sum.fill(0);
    for (let tap = 0; tap < rows.taps; tap++) {
      addScaled(sum, window[(first + tap) % rows.taps], rows.weights[y * rows.taps + tap]);
    }
    writeRow(sum, data, y * width * 4);
  }
  checkpoint(1);
  return { width, height, data };
}

/**
 * @param {number} sourceLength
 * @param {number} targetLength
 * @returns {Kernel}
 */
function lanczosKernel(sourceLength, targetLength) {
  const ratio = sourceLength / targetLength;
  const stretch = Math.max(1, ratio);
  const radius = LOBES * stretch;
  const taps = Math.min(sourceLength, 2 * Math.ceil(radius));
  const first = new Int32Array(targetLength);
  const weights = new Float32Array(targetLength * taps);
  for (let i = 0; i < targetLength; i++) {
    const center = (i + 0.5) * ratio - 0.5;
    const start = Math.ceil(center - radius);
    first[i] = Math.min(Math.max(start, 0), sourceLength - taps);
    let total = 0;
    for (let tap = 0; tap < taps; tap++) {
      const weight = lanczos((first[i] + tap - center) / stretch);
      weights[i * taps + tap] = weight;
      total += weight;
    }
    for (let tap = 0; tap < taps; tap++) weights[i * taps + tap] /= total;
  }
  return { taps, first, weights };
}

/** @param {number} x */
function lanczos(x) {
  if (x === 0) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const t = Math.PI * x;
  return (LOBES * Math.sin(t) * Math.sin(t / LOBES)) / (t * t);
}

/**
 * @param {Pixels} source
 * @param {number} y
 * @param {Float32Array} row
 */
function readRow({ width, data }, y, row) {
  const offset = y * width * 4;
  for (let i = 0; i < width * 4; i += 4) {
    const alpha = data[offset + i + 3] / 255;
    row[i] = toLinear[data[offset + i]] * alpha;
    row[i + 1] = toLinear[data[offset + i + 1]] * alpha;
    row[i + 2] = toLinear[data[offset + i + 2]] * alpha;
    row[i + 3] = alpha;
  }
}

/**
 * @param {Float32Array} source
 * @param {Kernel} kernel
 * @param {Float32Array} target
 */
function resampleRow(source, { taps, first, weights }, target) {
  for (let x = 0; x < first.length; x++) {
    let red = 0;
    let green = 0;
    let blue = 0;
    let alpha = 0;
    for (let tap = 0, i = first[x] * 4; tap < taps; tap++, i += 4) {
      const weight = weights[x * taps + tap];
      red += source[i] * weight;
      green += source[i + 1] * weight;
      blue += source[i + 2] * weight;
      alpha += source[i + 3] * weight;
    }
    target[x * 4] = red;
    target[x * 4 + 1] = green;
    target[x * 4 + 2] = blue;
    target[x * 4 + 3] = alpha;
  }
}

/**
 * @param {Float32Array} sum
 * @param {Float32Array} row
 * @param {number} weight
 */
function addScaled(sum, row, weight) {
  for (let i = 0; i < sum.length; i++) sum[i] += row[i] * weight;
}

/**
 * @param {Float32Array} row
 * @param {Uint8ClampedArray} data
 * @param {number} offset
 */
function writeRow(row, data, offset) {
  for (let i = 0; i < row.length; i += 4) {
    const alpha = row[i + 3];
    if (alpha <= 0) continue;
    data[offset + i] = fromLinear(row[i] / alpha);
    data[offset + i + 1] = fromLinear(row[i + 1] / alpha);
    data[offset + i + 2] = fromLinear(row[i + 2] / alpha);
    data[offset + i + 3] = alpha * 255;
  }
}
