import { gaussianBlur } from './gaussian-blur.js';
import { lumaOf } from './luma.js';

/** The blur's standard deviation, as a part of the longer edge. */
const SIGMA = 1 / 1000;
const MIN_SIGMA = 0.7;
const AMOUNT = 0.6;
/** Smaller differences are noise rather than detail. */
const THRESHOLD = 1.5;

/**
 * Sharpens a picture, in place: what a blur takes away of its luma is added to it.
 * @param {import('./pixels.js').Pixels} image
 * @param {import('./pixels.js').Checkpoint} checkpoint
 */
export function unsharpMask(image, checkpoint) {
  const { width, height, data } = image;
  const luma = lumaOf(image);
  const sigma = Math.max(MIN_SIGMA, SIGMA * Math.max(width, height));
  const blurred = gaussianBlur({ width, height, plane: luma }, sigma, checkpoint);
  for (let i = 0, p = 0; i < luma.length; i++, p += 4) {
    const difference = luma[i] - blurred[i];
    if (Math.abs(difference) < THRESHOLD) continue;
    const added = AMOUNT * difference;
    data[p] += added;
    data[p + 1] += added;
    data[p + 2] += added;
  }
  checkpoint(1);
}
