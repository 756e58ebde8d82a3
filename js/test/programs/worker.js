/** The handlers of generated programs; also served to the browser tests. */
import { expose, withContext } from 'atelier-wasm/worker';

import { pack, pause, spin, unpack } from './values.js';

/** @typedef {import('./program.js').Moment} Moment */

const named = (/** @type {string} */ name) => Object.assign(new Error(name), { name });

const answer = (/** @type {any} */ value, /** @type {string} */ result) =>
  result === 'function' ? () => {} : pack(result, unpack(value).number);

expose({
  now(/** @type {any} */ value, /** @type {string} */ result, /** @type {number} */ us) {
    spin(us);
    return answer(value, result);
  },
  async later(
    /** @type {any} */ value,
    /** @type {string} */ result,
    /** @type {number} */ us,
    /** @type {Moment} */ moment
  ) {
    spin(us);
    await pause(moment);
    return answer(value, result);
  },
  fail(/** @type {any} */ value, /** @type {string} */ name, /** @type {number} */ us) {
    spin(us);
    throw named(name);
  },
  async failLater(
    /** @type {any} */ value,
    /** @type {string} */ name,
    /** @type {number} */ us,
    /** @type {Moment} */ moment
  ) {
    spin(us);
    await pause(moment);
    throw named(name);
  },
  /** Ends when it hears of its cancellation, and not before. */
  heed: withContext(({ signal }) => {
    return new Promise((_, reject) => {
      const end = () => reject(signal.reason);
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  }),
  /** Reports so many steps. */
  report: withContext((ctx, /** @type {any} */ value, /** @type {string} */ result) => {
    for (let step = 0; step < 3; step++) ctx.progress(step);
    return answer(value, result);
  }),
  *items(/** @type {any} */ value, /** @type {number} */ count, /** @type {number} */ us) {
    const { number } = unpack(value);
    for (let i = 0; i < count; i++) {
      spin(us);
      yield number + i;
    }
    return 'end';
  },
  async *itemsLater(
    /** @type {any} */ value,
    /** @type {number} */ count,
    /** @type {number} */ us,
    /** @type {Moment} */ moment
  ) {
    const { number } = unpack(value);
    for (let i = 0; i < count; i++) {
      spin(us);
      await pause(moment);
      yield number + i;
    }
    return 'end';
  },
});
