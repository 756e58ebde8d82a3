/**
 * Blurs one plane of a picture with a separable Gaussian; its edges continue beyond it.
 * @param {{ width: number, height: number, plane: Float32Array }} image
 * @param {number} sigma in pixels
 * @param {import('./pixels.js').Checkpoint} checkpoint called twice a row
 * @returns {Float32Array}
 */
export function gaussianBlur({ width, height, plane }, sigma, checkpoint) {
  const weights = gaussianWeights(sigma);
  const radius = (weights.length - 1) / 2;
  const alongX = new Float32Array(plane.length);
  const padded = new Float32Array(width + 2 * radius);
  for (let y = 0; y < height; y++) {
    checkpoint(y / (2 * height));
    const row = plane.subarray(y * width, (y + 1) * width);
    padded.fill(row[0], 0, radius);
    padded.set(row, radius);
    padded.fill(row[width - 1], radius + width);
    const target = alongX.subarray(y * width, (y + 1) * width);
    for (const [k, weight] of weights.entries()) {
      addScaled(target, padded.subarray(k, k + width), weight);
    }
  }
  const blurred = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    checkpoint((height + y) / (2 * height));
    const target = blurred.subarray(y * width, (y + 1) * width);
    for (const [k, weight] of weights.entries()) {
      const from = Math.min(Math.max(y + k - radius, 0), height - 1);
      addScaled(target, alongX.subarray(from * width, (from + 1) * width), weight);
    }
  }
  return blurred;
}

/**
 * @param {Float32Array} sum
 * @param {Float32Array} values
 * @param {number} weight
 */
function addScaled(sum, values, weight) {
  for (let i = 0; i < sum.length; i++) sum[i] += weight * values[i];
}

/** @param {number} sigma */
function gaussianWeights(sigma) {
  const radius = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2))
  );
  const total = weights.reduce((sum, weight) => sum + weight);
  return weights.map((weight) => weight / total);
}
