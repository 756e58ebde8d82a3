import { byId, element } from './element.js';

/** @param {string} text what is going on */
export function showStatus(text) {
  byId('status').textContent = text;
}

/**
 * @param {string} title what did not work
 * @param {unknown} error why
 */
export function showError(title, error) {
  const { name, message } =
    error instanceof Error ? error : { name: 'Error', message: String(error) };
  const prefix = name === 'Error' ? '' : `${name}: `;
  byId('notice').replaceChildren(element('b', {}, title), element('p', {}, prefix + message));
  byId('notice').hidden = false;
  byId('notice').scrollIntoView({ block: 'nearest' });
}

/** Takes the error away. */
export function clearError() {
  byId('notice').hidden = true;
}
