import { byId, element } from './element.js';
import { formatPercent } from './format.js';
import { showStatus } from './notice.js';

/**
 * Shows colours, each as wide as its share; a click copies its code.
 * @param {import('../pixels/palette.js').PaletteColor[]} colors
 */
export function showPalette(colors) {
  byId('palette').replaceChildren(...colors.map(paletteItem));
}

/** @param {import('../pixels/palette.js').PaletteColor} color */
function paletteItem({ hex, share }) {
  const swatch = element('span', { class: 'swatch' });
  swatch.style.background = hex;
  const button = element(
    'button',
    { type: 'button', title: 'Copy', 'aria-label': `Copy ${hex}, ${formatPercent(share)}` },
    swatch,
    element('code', {}, hex),
    element('span', { class: 'palette-share' }, formatPercent(share))
  );
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(hex).then(
      () => showStatus(`${hex} is on the clipboard.`),
      () => showStatus(`${hex} could not be copied.`)
    );
  });
  return element('li', {}, button);
}
