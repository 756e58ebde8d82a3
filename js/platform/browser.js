import createModule from '../../dist/atelier.web.js';
import { wasmUrl as messagesWasmUrl } from '../../dist/messages-wasm-url.js';
import { wasmUrl } from '../../dist/wasm-url.js';
import { nextMacrotask } from '../shared/next-macrotask.js';
import { setTimeout } from '../shared/timers.js';

/**
 * A terminated worker releases its lock when it runs no more. Without one nothing tells: in Chromium
 * 156 a worker in a loop goes on for 2 s.
 */
const AFTER_RELEASE_MS = 100;
const WITHOUT_LOCK_MS = 5_000;

/** @type {import('./platform.js').Platform} */
export const browser = {
  builds: {
    'shared-memory': { wasmUrl, glue: () => ({ default: createModule }) },
    messages: { wasmUrl: messagesWasmUrl, glue: () => import('../../dist/atelier.messages.js') },
  },

  async readWasm(url) {
    if (!globalThis.fetch) throw new Error('No fetch(): in unit tests see docs/testing.md.');
    const response = await fetch(url, { credentials: 'same-origin' }).catch((cause) => {
      throw new Error(`The wasm module at ${url} could not be loaded.`, { cause });
    });
    if (!response.ok) {
      throw new Error(`The wasm module at ${url} could not be loaded: HTTP ${response.status}.`);
    }
    return response;
  },

  // WebKitGTK has pages that are isolated and have no SharedArrayBuffer.
  hasSharedMemory: () =>
    globalThis.crossOriginIsolated === true && 'SharedArrayBuffer' in globalThis,
  poolSize: () => navigator.hardwareConcurrency || 1,

  workerName: 'a Worker',
  workerMethods: ['postMessage', 'terminate', 'addEventListener'],

  // Listeners are called in their order, and those that worker() adds are not to see what is the
  // runtime's: so its own is added before the first of them.
  makeWorker(make, take) {
    const { prototype } = Worker;
    const { addEventListener } = prototype;
    const isOwn = Object.hasOwn(prototype, 'addEventListener');
    /** @type {any} */
    let worker;
    const receive = (/** @type {MessageEvent} */ event) => {
      if (event.currentTarget === worker && take(event.data)) event.stopImmediatePropagation();
    };
    prototype.addEventListener = function (/** @type {any[]} */ ...listener) {
      addEventListener.call(this, 'message', /** @type {any} */ (receive), true);
      return addEventListener.apply(this, /** @type {any} */ (listener));
    };
    try {
      worker = make();
    } finally {
      delete (/** @type {any} */ (prototype).addEventListener);
      if (isOwn) prototype.addEventListener = addEventListener;
    }
    if (typeof worker?.addEventListener !== 'function') return worker;
    const { onmessage } = worker;
    worker.onmessage = null;
    worker.addEventListener('message', receive, true);
    worker.onmessage = onmessage;
    return worker;
  },

  listen(worker, { unread, crash }) {
    // Ending a worker is no event, and before it holds its lock nothing else tells.
    const terminate = worker.terminate.bind(worker);
    worker.terminate = () => {
      terminate();
      crash(new Error('The worker was terminated.'));
    };
    worker.addEventListener('error', (/** @type {ErrorEvent} */ event) => crash(causeOf(event)));
    worker.addEventListener('messageerror', unread);
    return () => (envelope, transfer) => worker.postMessage(envelope, transfer);
  },

  whenReleased(lock, ended) {
    if (lock !== undefined) navigator.locks.request(lock, ended).catch(() => {});
  },

  whenStopped(_, lock, stopped) {
    const unlocked = () => setTimeout(stopped, WITHOUT_LOCK_MS);
    if (lock === undefined) unlocked();
    else {
      const released = () => void setTimeout(stopped, AFTER_RELEASE_MS);
      navigator.locks.request(lock, released).catch(unlocked);
    }
  },

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
 * What Chromium and WebKit say of an import, an export or import.meta in a classic script; Firefox
 * says nothing of a script that it could not parse.
 */
const NEEDS_MODULE =
  /(outside|of|in) a module|inside modules|import call expects|Unexpected (token|keyword) 'export'/;

/**
 * An error event of a worker has the error's text, but not the error; if the script could not even
 * be loaded (or, in Firefox, parsed), not even that.
 * @param {ErrorEvent} event
 */
function causeOf(event) {
  if (event.error) return event.error;
  if (!event.message) {
    return new Error(
      'The worker’s script could not be loaded: its URL, its MIME type or its ' +
        "Cross-Origin-Embedder-Policy header may be wrong, or { type: 'module' } is missing."
    );
  }
  const where = `${event.message} (${event.filename}:${event.lineno})`;
  if (!NEEDS_MODULE.test(event.message)) return new Error(where);
  return new Error(
    `${where}. The worker is a classic one, but its script is a module: make it with ` +
      "new Worker(url, { type: 'module' })."
  );
}
