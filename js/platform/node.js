import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import timers, { setImmediate, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { receiveMessageOnPort } from 'node:worker_threads';

import createModule from '../../dist/atelier.node.js';
import { wasmUrl } from '../../dist/wasm-url.js';
import { takeCallbacksIf } from '../runtime/calls/callbacks.js';
import { takeTimers } from '../shared/timers.js';
import { takeWithoutRefused } from '../shared/transferables.js';
import { detachesRefused, guessRefused, arePostedOnce } from './refusals.js';

takeTimers(timers);
if (detachesRefused) {
  takeWithoutRefused(guessRefused);
  takeCallbacksIf(arePostedOnce);
}

/** @typedef {import('node:worker_threads').MessagePort} MessagePort */

/**
 * Deno 2.9 says at once that a worker has stopped, and leaves it its id; its thread goes on, for as long
 * as it is in synchronous code.
 */
const AFTER_TERMINATE_MS = 10_000;

/** @type {import('./platform.js').Platform} */
export const node = {
  builds: { 'shared-memory': { wasmUrl, glue: () => ({ default: createModule }) } },

  async readWasm(source) {
    const url = source instanceof URL || URL.canParse(source) ? new URL(source) : source;
    try {
      if (url instanceof URL && url.protocol !== 'file:') {
        const response = await fetch(url);
        if (!response.ok) throw new Error(`HTTP ${response.status}`);
        return response;
      }
      return await readFile(url instanceof URL ? fileURLToPath(url.href) : url);
    } catch (cause) {
      // Where a DOM is the environment, a test runner that transforms the package makes such URLs.
      const hint =
        'window' in globalThis && url instanceof URL && url.protocol === 'http:'
          ? ' A test runner has transformed the package: see docs/testing.md.'
          : '';
      throw new Error(`The wasm module at ${source} could not be loaded.${hint}`, { cause });
    }
  },

  hasSharedMemory: () => true,
  poolSize: () => availableParallelism(),

  workerName: 'a Worker of node:worker_threads',
  workerMethods: ['postMessage', 'terminate', 'on', 'emit', 'ref', 'unref'],

  makeWorker: (make) => make(),

  listen(worker, { take, unread, crash }) {
    /** @type {MessagePort | undefined} */
    let port;
    // The listeners that worker() has added are not to see the worker's first word to the runtime.
    const { emit } = worker;
    worker.emit = (/** @type {string} */ event, /** @type {any[]} */ ...values) =>
      (event === 'message' && take(values[0])) || emit.call(worker, event, ...values);
    // The worker's last messages may be behind its end, which goes another way.
    const end = (/** @type {unknown} */ cause) => {
      if (port) takeAll(port, take);
      crash(cause);
    };
    worker.on('error', end);
    worker.on('exit', (/** @type {number} */ code) => {
      const when = port ? '' : ', before it had called expose()';
      end(new Error(`The worker exited with code ${code}${when}.`));
      port?.close();
    });
    return (hello) => {
      worker.emit = emit;
      // By what Deno's ports have, too.
      const opened = /** @type {MessagePort & globalThis.MessagePort} */ (hello.port);
      port = opened;
      // The worker keeps the process alive, or not. In Deno each message has the port do so again.
      const unref = () => {
        opened.ref?.();
        opened.unref?.();
      };
      const isDenos = !('on' in opened);
      opened.onmessage = ({ data }) => {
        take(data);
        if (isDenos) setImmediate(unref);
      };
      opened.onmessageerror = unread;
      unref();
      return (envelope, transfer) => opened.postMessage(envelope, /** @type {any[]} */ (transfer));
    };
  },

  whenReleased() {},
  whenStopped(worker, _, stopped) {
    const told = () => {
      if (worker.threadId > 0) setTimeout(stopped, AFTER_TERMINATE_MS).unref();
      else stopped();
    };
    worker.terminate().then(told, told);
  },
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

/**
 * @param {MessagePort} port
 * @param {(data: any) => void} take
 */
function takeAll(port, take) {
  for (;;) {
    try {
      const received = receiveMessageOnPort(port);
      if (!received) return;
      take(received.message);
    } catch {
      // one that cannot be read
    }
  }
}
