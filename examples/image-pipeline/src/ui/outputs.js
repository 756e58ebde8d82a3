import { SIZES } from '../sizes.js';
import { drawPixels } from './compare.js';
import { byId, element } from './element.js';
import { formatSize } from './format.js';

/**
 * Shows the pictures that the pipeline made, to look at and to save.
 * @param {import('../pixels/pixels.js').Pixels[]} images one for each of SIZES
 * @param {string} fileName of the original
 */
export function showOutputs(images, fileName) {
  byId('outputs').replaceChildren(
    ...images.map((image, i) => outputItem(image, SIZES[i].name, fileName))
  );
}

/**
 * @param {import('../pixels/pixels.js').Pixels} image
 * @param {string} sizeName
 * @param {string} fileName
 */
function outputItem(image, sizeName, fileName) {
  const label = `${sizeName}, ${formatSize(image)}`;
  const canvas = element('canvas', { role: 'img', 'aria-label': label });
  drawPixels(canvas, image);
  const save = element('button', { type: 'button', class: 'button button-small' }, 'Save PNG');
  save.setAttribute('aria-label', `Save ${label} as PNG`);
  const stem = fileName.replace(/\.[^.]*$/, '') || 'picture';
  save.addEventListener('click', () => savePng(canvas, `${stem}-${image.width}.png`));
  return element(
    'li',
    { class: 'output card' },
    element('div', { class: 'output-preview' }, canvas),
    element(
      'div',
      { class: 'output-text' },
      element('b', {}, sizeName),
      element('span', {}, formatSize(image)),
      save
    )
  );
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} name
 */
function savePng(canvas, name) {
  canvas.toBlob((blob) => {
    const url = URL.createObjectURL(blob);
    element('a', { href: url, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(url));
  }, 'image/png');
}
