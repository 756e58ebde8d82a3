import { Connection } from '../shared/connection.js';
import { performance } from '../shared/performance.js';
import { VERSION } from '../shared/protocol.js';
import { CallLoop } from './call-loop.js';
import { MessageLoop } from './message-loop.js';
import { methodsOf } from './methods.js';
import { watchScript } from './script-watch.js';
import { hostThread } from './thread.js';

/**
 * What `expose()` needs of a worker.
 * @typedef {object} WorkerScope
 * @property {() => string | undefined} scriptUrl where the worker's script is, if it is a module
 * @property {() => void} tellUnexposed tells the owner that the script has ended without expose()
 * @property {(listeners: ChannelListeners) => Channel} makeChannel
 * @property {(callback: () => void) => void} nextMacrotask
 * @property {() => Promise<string | undefined>} holdLock takes a Web Lock of a name of its own for the
 *   worker's life, where there are Web Locks
 */

/**
 * @typedef {object} ChannelListeners
 * @property {(data: any) => boolean} take returns whether it was the runtime's
 * @property {() => void} unread there was a message that could not be read, perhaps the runtime's
 *
 * @typedef {object} Channel
 * @property {number | undefined} key as Connection has it
 * @property {(version: string) => void} greet opens it: tells the owner that expose() was called
 * @property {(envelope: object, transfer: Transferable[]) => void} post
 */

/**
 * How the worker's parts answer.
 * @typedef {object} OwnerConnection
 * @property {(message: object, transfer?: Transferable[]) => void} post
 * @property {(callback: () => void) => void} nextMacrotask
 */

/** Tells all copies of the package in a worker that expose() was called. */
const EXPOSED = Symbol.for('atelier:exposed');
const worker = /** @type {{ [EXPOSED]?: boolean }} */ (globalThis);

/**
 * Makes `expose` for one platform.
 * @param {(module: object) => Promise<unknown>} createModule
 * @param {WorkerScope | undefined} scope none if this is no worker
 */
export function makeExpose(createModule, scope) {
  let warned = false;
  /** @type {Connection | undefined} since expose() was called */
  let connection;
  let isReady = false;
  const channel = scope?.makeChannel({
    take: (data) => connection !== undefined && connection.take(data),
    unread: () => isReady && connection?.check(),
  });
  const watch =
    scope &&
    watchScript(scope.scriptUrl, () => {
      if (!worker[EXPOSED]) scope.tellUnexposed();
    });

  /**
   * Makes handlers callable from the main thread, as the methods of the task that this worker was
   * made for. Call it once, at the top level of the worker's script. Where there is no worker, it does
   * nothing but warn.
   * @template {Record<string, any>} T
   * @param {T} handlers functions by name, or an instance: the methods of its class, and its fields that
   *   are functions. Sync, async or generators; each gets the call's arguments
   * @returns {void}
   * @throws {TypeError} if there is something in `handlers` that cannot be exposed; {Error} if called
   *   twice
   */
  return function expose(handlers) {
    const methods = methodsOf(handlers);
    if (!scope || !channel) {
      if (!warned) console.warn('expose() does nothing here: this thread is no dedicated worker.');
      warned = true;
      return;
    }
    if (worker[EXPOSED]) {
      throw new Error('expose() was called twice: pass all handlers of the worker in one object.');
    }
    worker[EXPOSED] = true;
    clearTimeout(watch);
    const post = (/** @type {object} */ message, /** @type {Transferable[]} */ transfer = []) =>
      connection?.post(message, transfer);
    const owner = { post, nextMacrotask: scope.nextMacrotask };
    const thread = hostThread(createModule, () => post({ type: 'atelier:done' }));
    /** @type {CallLoop | MessageLoop | undefined} the owner sends no call before it is there */
    let loop;
    const lock = scope.holdLock();
    const begin = async (/** @type {CallLoop | MessageLoop} */ made) => {
      const held = await lock; // as long as it does not hold its lock, its end could pass unnoticed
      loop = made;
      isReady = true;
      const { timeOrigin } = performance;
      // The owner wakes it once it has taken that in.
      post({ type: 'atelier:ready', nowMs: performance.now(), timeOrigin, lock: held });
    };

    connection = new Connection(channel.key, channel.post, {
      receive(/** @type {import('../shared/protocol.js').ToWorker} */ message) {
        if (message.type === 'atelier:run') thread.receive(message);
        else if (message.type === 'atelier:start') begin(new MessageLoop(owner, handlers, methods));
        else loop?.receive(message);
      },
      missed: () => loop?.receive(undefined),
      unread: (message) => post({ type: 'atelier:lost', message }),
    });
    thread.started.then((started) => begin(new CallLoop(owner, started, handlers, methods)));
    channel.greet(VERSION);
  };
}
