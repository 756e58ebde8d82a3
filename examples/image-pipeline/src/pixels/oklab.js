import { fromLinear, toLinear } from './srgb.js';

/**
 * Lightness and two colour axes in which distances are about as large as they look.
 * https://bottosson.github.io/posts/oklab/
 * @typedef {[lightness: number, a: number, b: number]} Oklab
 */

/**
 * @param {number} r 8-bit sRGB, as are `g` and `b`
 * @param {number} g
 * @param {number} b
 * @returns {Oklab}
 */
export function oklabOf(r, g, b) {
  const [red, green, blue] = [toLinear[r], toLinear[g], toLinear[b]];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/**
 * The nearest sRGB colour, as in CSS.
 * @param {Oklab} color
 */
export function hexOf([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  const digits = linear.map((value) => fromLinear(value).toString(16).padStart(2, '0'));
  return `#${digits.join('')}`;
}

/**
 * The square of the distance between two colours.
 * @param {Oklab} one
 * @param {Oklab} other
 */
export function squaredDistance(one, other) {
  return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2;
}
