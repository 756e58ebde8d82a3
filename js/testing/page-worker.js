import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

const EVENTS = ['message', 'messageerror', 'error'];

/** A worker thread that is made as in a page, and has what a page's worker has. */
export class PageWorker extends Worker {
  /** @type {Map<string, Map<Function, (value: unknown) => void>>} by their events */
  #listeners = new Map(EVENTS.map((name) => [name, new Map()]));
  /** @type {Map<string, Function>} by their events */
  #handlers = new Map();

  /**
   * @param {string | URL} url of its script, which Node runs as it stands
   * @param {{ type?: string, name?: string }} [options]
   */
  constructor(url, { name = '' } = {}) {
    const script = pathOf(String(url));
    // An URL of Node's own: a DOM may have another class of that name.
    const start = fileURLToPath(String(new URL('./start-worker.js', import.meta.url)));
    super(start, { workerData: { script, name }, name });
  }

  /**
   * @param {string} type
   * @param {any} listener
   * @param {boolean | { once?: boolean }} [options]
   */
  addEventListener(type, listener, options) {
    const listeners = this.#listeners.get(type);
    if (!listeners || listeners.has(listener)) return;
    const once = typeof options === 'object' && options.once === true;
    const receive = (/** @type {any} */ value) => {
      if (once) this.removeEventListener(type, listener);
      const detail = type === 'error' ? { error: value, message: String(value?.message) } : {};
      const event = { type, target: this, currentTarget: this, data: value, ...detail };
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    };
    listeners.set(listener, receive);
    this.on(type, receive);
  }

  /**
   * @param {string} type
   * @param {any} listener
   */
  removeEventListener(type, listener) {
    const receive = this.#listeners.get(type)?.get(listener);
    if (!receive) return;
    this.#listeners.get(type)?.delete(listener);
    this.off(type, receive);
  }

  /**
   * @param {any} message
   * @param {any} [transfer] a list, or options with one, as in a page
   */
  postMessage(message, transfer) {
    super.postMessage(message, Array.isArray(transfer) ? transfer : transfer?.transfer);
  }

  static {
    for (const type of EVENTS) {
      Object.defineProperty(this.prototype, `on${type}`, {
        /** @this {PageWorker} */
        get() {
          return this.#handlers.get(type) ?? null;
        },
        /** @this {PageWorker} @param {any} handler */
        set(handler) {
          this.removeEventListener(type, this.#handlers.get(type));
          this.#handlers.delete(type);
          if (typeof handler !== 'function') return;
          this.#handlers.set(type, handler);
          this.addEventListener(type, handler);
        },
      });
    }
  }
}

/**
 * Finds a worker's script. Where a DOM is the environment, Vitest makes URLs of its server, which does
 * not run.
 * @param {string} url
 */
function pathOf(url) {
  const { protocol, pathname } = new URL(url);
  const path = decodeURIComponent(pathname);
  const { config } = /** @type {any} */ (globalThis).__vitest_worker__ ?? {};
  const root = config?.root ?? process.cwd();
  const found =
    protocol === 'file:'
      ? fileURLToPath(`file://${pathname}`)
      : path.startsWith('/@fs/')
        ? path.slice('/@fs'.length)
        : join(root, path);
  if (['file:', 'http:', 'https:'].includes(protocol) && existsSync(found)) return found;
  throw new Error(
    `new Worker(): there is no file for ${url}. In unit tests a worker's script is a file: ` +
      'new Worker(new URL(…, import.meta.url)).'
  );
}
