/** @file Says what it has been given, and gives what it is told to make. */
import { expose, withContext } from 'atelier-wasm/worker';

import { describe } from '../values/describe.js';
import { build } from './build.js';
import { pollute } from './pollution.js';

let restore = () => /** @type {string[]} */ ([]);
/** @type {Map<number, (reason: string | Promise<string>) => void>} */
const listeners = new Map();

expose({
  receive: (/** @type {unknown} */ value) => describe([value]),
  receiveTwice: (/** @type {unknown} */ one, /** @type {unknown} */ other) =>
    describe([one, other]),
  give: (/** @type {string} */ program) => build(JSON.parse(program)),
  async giveLater(/** @type {string} */ program) {
    return build(JSON.parse(program));
  },
  throwIt(/** @type {string} */ program) {
    throw build(JSON.parse(program));
  },
  throwWith(/** @type {string} */ program) {
    const error = new Error('m');
    Object.defineProperty(
      error,
      'p',
      Object.assign(Object.create(null), { value: build(JSON.parse(program)), enumerable: true })
    );
    throw error;
  },
  report: withContext((context, /** @type {string} */ program) => {
    context.progress(build(JSON.parse(program)));
  }),
  async *list(/** @type {string} */ program) {
    yield build(JSON.parse(program));
  },
  /** Runs until it is aborted, and keeps the reason for `reasonOf`. */
  hold: withContext(async (context, /** @type {number} */ id) => {
    const { signal } = context;
    context.progress('begun');
    await new Promise((resolve) => (signal.onabort = resolve));
    const { reason } = signal;
    const isRefused = reason instanceof DOMException;
    listeners.get(id)?.(isRefused ? `refused: ${reason.name}` : describe([reason]));
  }),
  reasonOf: (/** @type {number} */ id) => new Promise((resolve) => listeners.set(id, resolve)),
  pollute(/** @type {import('./pollution.js').Pollution} */ pollution) {
    restore = pollute(pollution);
  },
  restore: () => restore(),
});
