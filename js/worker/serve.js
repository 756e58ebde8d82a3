import { Connection } from '../shared/connection.js';
import { performance } from '../shared/performance.js';
import { VERSION } from '../shared/protocol.js';
import { CallLoop } from './call-loop.js';
import { MessageLoop } from './message-loop.js';
import { hostThread } from './thread.js';

/**
 * What a worker's calls need of where it runs.
 * @typedef {object} CallScope
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
 * @property {(envelope: object, transfer?: Transferable[]) => void} post
 */

/**
 * How the worker's parts answer.
 * @typedef {object} OwnerConnection
 * @property {(message: object, transfer?: Transferable[]) => void} post
 * @property {(callback: () => void) => void} nextMacrotask
 */

/**
 * Gets a worker ready to take calls.
 * @param {(module: object) => Promise<unknown>} createModule
 * @param {CallScope} scope
 * @returns {(handlers: object, methods: string[]) => void} tells the owner that there are handlers, of
 *   these names, and runs its calls; to be called once
 */
export function makeServe(createModule, scope) {
  /** @type {Connection | undefined} since there are handlers */
  let connection;
  let isReady = false;
  const channel = scope.makeChannel({
    take: (data) => connection !== undefined && connection.take(data),
    unread: () => isReady && connection?.check(),
  });

  return (handlers, methods) => {
    /** @type {OwnerConnection['post']} */
    const post = (message, transfer) => connection?.post(message, transfer);
    const owner = { post, nextMacrotask: scope.nextMacrotask };
    const thread = hostThread(createModule, () => post({ type: 'done' }));
    /** @type {CallLoop | MessageLoop | undefined} the owner sends no call before it is there */
    let loop;
    const lock = scope.holdLock();
    const begin = async (/** @type {CallLoop | MessageLoop} */ made) => {
      const held = await lock; // as long as it does not hold its lock, its end could pass unnoticed
      loop = made;
      isReady = true;
      const { timeOrigin } = performance;
      // The owner wakes it once it has taken that in.
      post({ type: 'ready', nowMs: performance.now(), timeOrigin, lock: held });
    };

    connection = new Connection(channel.key, channel.post, {
      receive(/** @type {import('../shared/protocol.js').ToWorker} */ message) {
        if (message.type === 'run') thread.receive(message);
        else if (message.type === 'start') begin(new MessageLoop(owner, handlers, methods));
        else loop?.receive(message);
      },
      missed: () => loop?.receive(undefined),
      unread: (message) => post({ type: 'lost', message }),
    });
    thread.started.then((started) => begin(new CallLoop(owner, started, handlers, methods)));
    channel.greet(VERSION);
  };
}
