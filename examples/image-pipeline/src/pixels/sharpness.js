/**
 * The variance of the Laplacian, a common measure of focus: blurred pictures have little of it.
 * @param {{ width: number, height: number, luma: Float32Array }} image
 */
export function laplacianVariance({ width, height, luma }) {
  let sum = 0;
  let sumOfSquares = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const laplacian = luma[i - width] + luma[i - 1] + luma[i + 1] + luma[i + width] - 4 * luma[i];
      sum += laplacian;
      sumOfSquares += laplacian * laplacian;
    }
  }
  const count = Math.max(1, (width - 2) * (height - 2));
  return sumOfSquares / count - (sum / count) ** 2;
}
