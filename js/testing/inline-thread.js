import { quote } from '../shared/check.js';
import { followTestClock } from '../shared/timers.js';
import { makeServe } from '../worker/serve.js';
import { IdleStrategy } from '../worker/thread.js';
import { importHandlers } from './import-handlers.js';

// Calls may be made before their worker is.
followTestClock();

/**
 * @typedef {object} InlinePlatform
 * @property {(module: object) => Promise<unknown>} createModule
 * @property {(callback: () => void) => void} nextMacrotask
 * @property {(error: unknown) => void} failed the worker's module could not be imported
 * @typedef {InlinePlatform & Pick<import('../worker/serve.js').CallScope, 'makeChannel'>} InlineScope
 */

/**
 * The thread of a worker that runs in the thread of its owner.
 * @param {() => unknown} load imports the worker's module
 * @param {InlineScope} scope
 * @returns {() => void} ends it: handlers go on, but nothing is heard of them
 */
export function startInlineThread(load, { createModule, nextMacrotask, makeChannel, failed }) {
  if (typeof load !== 'function') {
    throw new TypeError(
      "inlineWorker() takes a function that imports the worker's module: " +
        `inlineWorker(() => import(…)); but was given ${quote(load)}.`
    );
  }
  const state = { ended: false };
  let end = () => {};
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    end = () => {
      state.ended = true;
      resolve();
    };
  });
  const serve = makeServe(withoutSleep(createModule, state), {
    makeChannel,
    nextMacrotask,
    holdLock: async () => undefined,
  });
  importHandlers(load, ended).then(
    ({ handlers, methods }) => {
      if (!state.ended) serve(handlers, methods);
    },
    (error) => {
      if (!state.ended) failed(error);
    }
  );
  return end;
}

/**
 * Makes a module whose thread never waits in its channel, which would keep its owner from going on, and
 * which leaves the memory alone that it shared once it has ended.
 * @param {(module: object) => Promise<unknown>} createModule
 * @param {{ ended: boolean }} state
 */
function withoutSleep(createModule, state) {
  return (/** @type {any} */ module) => {
    const { onThreadStarted } = module;
    /** @param {any[]} started */
    module.onThreadStarted = (...started) => {
      const exported = module.wasmExports;
      const unlessEnded =
        (/** @type {string} */ name, /** @type {number} */ otherwise) =>
        (/** @type {number[]} */ ...numbers) =>
          state.ended ? otherwise : exported[name](...numbers);
      const next = unlessEnded('channel_next', 0);
      module.wasmExports = {
        ...exported,
        channel_next: (/** @type {number} */ channel) => next(channel, IdleStrategy.return),
        channel_messageReceived: unlessEnded('channel_messageReceived', 0),
        channel_claim: unlessEnded('channel_claim', 0),
        channel_roomFor: unlessEnded('channel_roomFor', 0),
        channel_finish: unlessEnded('channel_finish', 0),
        channel_canceled: unlessEnded('channel_canceled', 1),
      };
      onThreadStarted(...started);
    };
    return createModule(module);
  };
}
