import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

import createModule from '../../dist/atelier.node.js';
import { wasmUrl } from '../../dist/wasm-url.js';

/** @type {import('./platform.js').Platform} */
export const node = {
  createModule,
  wasmUrl,

  async readWasm(source) {
    const url = source instanceof URL || URL.canParse(source) ? new URL(source) : source;
    try {
      if (url instanceof URL && url.protocol !== 'file:') {
        const response = await fetch(url);
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        return response;
      }
      return await readFile(url);
    } catch (cause) {
      throw new Error(`The wasm module at ${source} could not be loaded.`, { cause });
    }
  },

  hasSharedMemory: () => true,
  poolSize: () => availableParallelism(),

  listen(worker, { message, unread, crash }) {
    worker.on('message', message);
    worker.on('error', crash);
    worker.on('messageerror', unread);
    worker.on('exit', (/** @type {number} */ code) =>
      crash(new Error(`The worker exited with code ${code}.`))
    );
  },

  whenLoaded(worker, loaded) {
    worker.once('online', loaded);
    return () => worker.off('online', loaded);
  },

  whenReleased() {},
  whenStopped: (worker, _, stopped) => void worker.terminate().then(stopped, stopped),
  post: (worker, message, transfer) => worker.postMessage(message, transfer),
  keepAlive: (worker, busy) => (busy ? worker.ref() : worker.unref()),
  nextMacrotask: (callback) => void setImmediate(callback),

  makeAsyncVariable() {
    const storage = new AsyncLocalStorage();
    return {
      run: (value, fn) => storage.run(value, fn),
      get: () => storage.getStore(),
      rest: () => storage.disable(),
    };
  },
};
