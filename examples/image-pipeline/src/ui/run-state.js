import { byId } from './element.js';

/** A run that takes longer than this shows its progress; a shorter one would only flicker. */
const SLOW_MS = 200;

const bar = /** @type {HTMLProgressElement} */ (byId('progress'));
const page = document.documentElement;
let timer = 0;

/**
 * Tells styles and scripts what the pipeline does: in `data-pipeline`, and in `data-slow` if that takes
 * long.
 * @param {'running' | 'done' | 'canceled' | 'failed'} state
 */
export function setState(state) {
  page.dataset.pipeline = state;
  const running = state === 'running';
  byId('picture').setAttribute('aria-busy', String(running));
  if (!running) {
    clearTimeout(timer);
    timer = 0;
    delete page.dataset.slow;
  } else if (!timer) {
    timer = setTimeout(() => (page.dataset.slow = ''), SLOW_MS);
  }
}

/** @param {number} share of the run that is done, 0 to 1 */
export function showProgress(share) {
  bar.value = share;
}
