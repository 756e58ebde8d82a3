/** @file `atelier-wasm/testing`, for Node. */
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers';
import { MessageChannel } from 'node:worker_threads';

import createModule from '../dist/atelier.node.js';
import { startInlineThread } from './testing/inline-thread.js';

/** A worker as Node has it, with what the runtime asks of one. */
class InlineWorker extends EventEmitter {
  #ports = new MessageChannel();
  #end;
  #ended = false;

  /** @param {() => unknown} load */
  constructor(load) {
    super();
    const { port1, port2 } = this.#ports;
    this.#end = startInlineThread(load, {
      createModule,
      nextMacrotask: (callback) => void setImmediate(callback),
      makeChannel: ({ take, unread }) => ({
        key: undefined,
        greet: (version) => {
          port1.on('message', take);
          port1.on('messageerror', unread);
          this.emit('message', { type: 'atelier:hello', version, port: port2 });
        },
        post: (envelope, transfer) => port1.postMessage(envelope, /** @type {any[]} */ (transfer)),
      }),
      failed: (error) => {
        this.emit('error', error);
        this.terminate();
      },
    });
  }

  postMessage() {
    throw new TypeError('An inline worker has no messages of its own: it takes calls alone.');
  }

  ref() {
    this.#ports.port1.ref();
  }

  unref() {
    this.#ports.port1.unref();
  }

  async terminate() {
    if (this.#ended) return 1;
    this.#ended = true;
    this.#end();
    this.#ports.port1.close();
    await new Promise((resolve) => setImmediate(resolve));
    this.emit('exit', 1);
    return 1;
  }
}

/**
 * Makes a worker that runs in this thread, for unit tests.
 * @param {() => Promise<object>} load
 * @returns {import('./types.js').WorkerLike}
 */
export const inlineWorker = (load) => new InlineWorker(load);
