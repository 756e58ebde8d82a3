import { spannedByHand } from './contender.js';

/** @typedef {import('./contender.js').Contender} Contender */

export const OURS = 'atelier';
export const YARDSTICK = 'postMessage';

/** @type {Record<string, () => Promise<Contender>>} each loads its library */
const LOAD = {
  atelier: async () => (await import('./atelier.js')).atelier,
  postMessage: async () => (await import('./post-message.js')).postMessage,
  batched: async () => (await import('./batched.js')).batched,
  comlink: async () => (await import('./comlink.js')).comlink,
  workerpool: async () => (await import('./workerpool.js')).workerpool,
  threads: async () => (await import('./threads.js')).threads,
  coincident: async () => (await import('./coincident.js')).coincident,
};

/** @type {Record<string, () => Promise<Contender>>} the same with a span for each call */
const LOAD_WITH_SPANS = {
  atelier: async () => (await import('./atelier.js')).atelierWithSpans,
};

export const NAMES = Object.keys(LOAD);

/** Those that take part if one does not ask for others. */
export const USUAL = ['atelier', 'postMessage', 'batched', 'comlink'];

/**
 * @param {string} name one of NAMES
 * @param {boolean} spans
 * @returns {Promise<Contender>}
 */
export async function loadContender(name, spans) {
  if (!spans) return LOAD[name]();
  const own = LOAD_WITH_SPANS[name];
  return own ? own() : spannedByHand(await LOAD[name]());
}
