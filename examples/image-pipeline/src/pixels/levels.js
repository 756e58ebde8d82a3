import { histogramOf, lumaOf, percentile } from './luma.js';

/** The share of pixels that may become black, and white. */
const CLIPPED = 0.002;
/** A nearly uniform picture is not stretched to noise. */
const MIN_RANGE = 96;
const MIDTONE = 0.44;
const MIN_GAMMA = 0.85;
const MAX_GAMMA = 1.35;

/**
 * Automatic levels, in place: the darkest pixels become black, the lightest white, and midtones move
 * towards the middle. All channels get the same curve, so that hues stay.
 * @param {import('./pixels.js').Pixels} image
 */
export function autoLevels(image) {
  const curve = curveFor(histogramOf(lumaOf(image)));
  const { data } = image;
  for (let i = 0; i < data.length; i += 4) {
    data[i] = curve[data[i]];
    data[i + 1] = curve[data[i + 1]];
    data[i + 2] = curve[data[i + 2]];
  }
}

/** @param {Uint32Array} histogram */
function curveFor(histogram) {
  const black = percentile(histogram, CLIPPED);
  const white = percentile(histogram, 1 - CLIPPED);
  const range = Math.max(white - black, MIN_RANGE);
  const middle = (percentile(histogram, 0.5) - black) / range;
  const wanted = Math.log(MIDTONE) / Math.log(clamp(middle, 0.01, 0.99));
  const gamma = clamp(wanted, MIN_GAMMA, MAX_GAMMA);
  return Uint8ClampedArray.from(
    { length: 256 },
    (_, value) => 255 * clamp((value - black) / range, 0, 1) ** gamma
  );
}

/**
 * @param {number} value
 * @param {number} min
 * @param {number} max
 */
function clamp(value, min, max) {
  return Math.min(Math.max(value, min), max);
}
