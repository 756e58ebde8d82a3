import createModule from '../../dist/atelier.web.js';
import { wasmUrl } from '../../dist/wasm-url.js';
import { nextMacrotask } from '../shared/next-macrotask.js';

/** @type {import('./platform.js').Platform} */
export const browser = {
  createModule,
  wasmUrl,

  async readWasm(url) {
    const response = await fetch(url, { credentials: 'same-origin' }).catch((cause) => {
      throw new Error(`The wasm module at ${url} could not be loaded.`, { cause });
    });
    if (!response.ok) {
      throw new Error(`The wasm module at ${url} could not be loaded: HTTP ${response.status}.`);
    }
    return response;
  },

  hasSharedMemory: () => globalThis.crossOriginIsolated === true,
  poolSize: () => navigator.hardwareConcurrency || 1,

  listen(worker, { message, crash }) {
    // Ending a worker is no event, and before it holds its lock nothing else tells.
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      terminate();
      crash(new Error('The worker was terminated.'));
    };
    worker.addEventListener('message', (/** @type {MessageEvent} */ event) => message(event.data));
    worker.addEventListener('error', (/** @type {ErrorEvent} */ event) => crash(causeOf(event)));
    worker.addEventListener('messageerror', () =>
      crash(new DOMException('A message from the worker could not be read.', 'DataCloneError'))
    );
  },

  whenReleased(lock, ended) {
    if (lock !== undefined) navigator.locks.request(lock, ended).catch(() => {});
  },

  post: (worker, message, transfer) => worker.postMessage(message, transfer),
  keepAlive: () => {},

  nextMacrotask,

  makeAsyncVariable() {
    // https://github.com/tc39/proposal-async-context; no browser has it yet
    const { AsyncContext } = /** @type {any} */ (globalThis);
    if (typeof AsyncContext?.Variable !== 'function') return undefined;
    const variable = new AsyncContext.Variable();
    return {
      run: (value, fn) => variable.run(value, fn),
      get: () => variable.get(),
      rest() {},
    };
  },
};

/**
 * An error event of a worker has the error's text, but not the error; if the script could not even
 * be loaded, not even that.
 * @param {ErrorEvent} event
 */
function causeOf(event) {
  if (event.error) return event.error;
  if (!event.message) {
    return new Error(
      'The worker’s script could not be loaded: its URL, its MIME type, or (on a cross-origin ' +
        'isolated page) its Cross-Origin-Embedder-Policy header may be wrong.'
    );
  }
  return new Error(`${event.message} (${event.filename}:${event.lineno})`);
}
