import { byId } from './element.js';

/**
 * @typedef {import('../pixels/pixels.js').Pixels} Pixels
 */

const figure = byId('compare');
const frame = /** @type {HTMLElement} */ (figure.querySelector('.compare-frame'));
const before = /** @type {HTMLImageElement} */ (figure.querySelector('.compare-before'));
const after = /** @type {HTMLCanvasElement} */ (figure.querySelector('.compare-after'));
const range = /** @type {HTMLInputElement} */ (figure.querySelector('.compare-range'));

range.addEventListener('input', () => frame.style.setProperty('--split', `${range.value}%`));

/** @type {Blob | undefined} */
let shown;

/**
 * Shows the original and the enhanced picture, one on either side of a movable line.
 * @param {Blob} original
 * @param {Pixels} enhanced
 */
export async function showComparison(original, enhanced) {
  if (shown !== original) {
    const previous = before.src;
    before.src = URL.createObjectURL(original);
    shown = original;
    await before.decode();
    URL.revokeObjectURL(previous);
  }
  frame.style.setProperty('--ratio', String(enhanced.width / enhanced.height));
  drawPixels(after, enhanced);
  figure.dataset.shown = '';
}

/**
 * Draws a picture in its own size.
 * @param {HTMLCanvasElement} canvas
 * @param {Pixels} pixels
 */
export function drawPixels(canvas, { width, height, data }) {
  canvas.width = width;
  canvas.height = height;
  const own = /** @type {Uint8ClampedArray<ArrayBuffer>} */ (data);
  canvas.getContext('2d').putImageData(new ImageData(own, width, height), 0, 0);
}
