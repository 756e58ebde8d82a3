import { byId, element } from './element.js';

/**
 * @typedef {object} Sample
 * @property {string} file
 * @property {string} title
 * @property {string} description
 * @property {string} credit
 */

/** @type {readonly Sample[]} */
export const SAMPLES = [
  {
    file: 'chelsea.png',
    title: 'Chelsea',
    description: 'A cat',
    credit: 'Stefan van der Walt, CC0',
  },
  {
    file: 'coffee.png',
    title: 'Coffee',
    description: 'A cup of coffee',
    credit: 'Rachel Michetti, CC0',
  },
  {
    file: 'hubble_deep_field.jpg',
    title: 'Hubble eXtreme Deep Field',
    description: 'Galaxies',
    credit: 'NASA/ESA, public domain',
  },
];

const urlOf = (/** @type {Sample} */ { file }) => `${import.meta.env.BASE_URL}photos/${file}`;

/**
 * Shows the sample photographs.
 * @param {(sample: Sample) => void} onPick
 */
export function showSamples(onPick) {
  for (const sample of SAMPLES) {
    const { title, description } = sample;
    const image = element('img', { src: urlOf(sample), alt: description, draggable: 'false' });
    const button = element('button', { type: 'button', class: 'sample', title }, image);
    button.addEventListener('click', () => onPick(sample));
    byId('samples').append(button);
  }
  const credits = SAMPLES.map(({ title, credit }) => `${title} (${credit})`);
  byId('credits').append(` ${credits.join(' · ')}.`);
}

/**
 * @param {Sample} sample
 * @param {AbortSignal} signal
 * @returns {Promise<File>}
 * @throws {Error} if it cannot be loaded
 */
export async function loadSample(sample, signal) {
  const response = await fetch(urlOf(sample), { signal });
  if (!response.ok) throw new Error(`The server answers HTTP ${response.status}.`);
  return new File([await response.blob()], sample.file);
}
