import { ReceivedMessages, SentMessages } from '../shared/counted-messages.js';
import { isOurs, VERSION } from '../shared/protocol.js';
import { CallLoop } from './call-loop.js';
import { MessageLoop } from './message-loop.js';
import { watchScript } from './script-watch.js';
import { hostThread } from './thread.js';

/**
 * @typedef {object} WorkerScope
 *   The worker's side of its connection with the owner.
 * @property {import('./script-watch.js').WorkerScript | undefined} script none if this is no worker
 * @property {(message: object, transfer?: Transferable[]) => void} post
 * @property {(listener: (message: any) => void, unread: () => void) => void} listen `unread` is
 *   called for a message that could not be read
 * @property {(callback: () => void) => void} nextMacrotask
 * @property {() => Promise<string | undefined>} holdLock takes a Web Lock of a name of its own for the
 *   worker's life, where there are Web Locks
 */

/**
 * Makes `expose` for one platform.
 * @param {(module: object) => Promise<unknown>} createModule
 * @param {WorkerScope} scope
 */
export function makeExpose(createModule, scope) {
  let exposed = false;
  const watch =
    scope.script &&
    watchScript(scope.script, () => {
      if (!exposed) scope.post({ type: 'atelier:unexposed', why: 'its script has run to its end' });
    });

  /**
   * Makes handlers callable from the main thread, as the methods of the task that this worker was
   * made for. Call it once, at the top level of the worker's script.
   * @template {Record<string, any>} T
   * @param {T} handlers functions, sync, async or generators, by name; each gets the call's arguments
   *   and a TaskContext as its last one
   * @returns {void}
   * @throws {TypeError} if `handlers` is no object of functions; {Error} if called twice
   */
  return function expose(handlers) {
    const methods = methodsOf(handlers);
    if (exposed) {
      throw new Error('expose() was called twice: pass all handlers of the worker in one object.');
    }
    exposed = true;
    clearTimeout(watch);
    const sent = new SentMessages();
    const post = (/** @type {any} */ message, /** @type {Transferable[]} */ transfer = []) => {
      scope.post(message, transfer);
      sent.add(message);
    };
    const received = new ReceivedMessages(post);
    const counted = { ...scope, post };
    const thread = hostThread(createModule, () => post({ type: 'atelier:done' }));
    /** @type {CallLoop | MessageLoop | undefined} the owner sends no call before it is there */
    let loop;
    const lock = scope.holdLock();
    const begin = async (/** @type {CallLoop | MessageLoop} */ made) => {
      const held = await lock; // as long as it does not hold its lock, its end could pass unnoticed
      loop = made;
      const { timeOrigin } = performance;
      // The owner wakes it once it has taken that in.
      post({ type: 'atelier:ready', nowMs: performance.now(), timeOrigin, lock: held });
    };

    const receive = (/** @type {any} */ message) => {
      if (!isOurs(message)) return;
      received.add();
      if (message.type === 'atelier:start' && !loop) {
        begin(new MessageLoop(counted, handlers, methods));
        return;
      }
      if (message.type === 'atelier:read') sent.forget(message.count);
      if (message.type === 'atelier:unread') {
        post({ type: 'atelier:lost', message: sent.get(message.number) });
      }
      loop?.receive(message);
    };
    scope.listen(receive, () => {
      received.addUnread();
      loop?.receive(undefined);
    });
    thread.then((started) => begin(new CallLoop(counted, started, handlers, methods)));
    scope.post({ type: 'atelier:hello', version: VERSION });
  };
}

/**
 * @param {any} handlers
 * @returns {string[]}
 */
function methodsOf(handlers) {
  if (typeof handlers !== 'object' || handlers === null) {
    throw new TypeError(`expose() takes an object of functions, but was given ${handlers}.`);
  }
  const methods = [];
  for (let proto = handlers; proto && proto !== Object.prototype;) {
    for (const name of Object.getOwnPropertyNames(proto)) {
      if (name !== 'constructor' && typeof handlers[name] === 'function') methods.push(name);
    }
    proto = Object.getPrototypeOf(proto);
  }
  if (methods.length === 0) {
    throw new TypeError('expose() takes an object of functions, but there is no function in it.');
  }
  return [...new Set(methods)];
}
