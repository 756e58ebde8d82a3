import { encodeError } from '../shared/error-codec.js';
import { isOurs, VERSION } from '../shared/protocol.js';
import { findTransferables } from '../shared/transferables.js';
import { CallContext } from './context.js';
import { hostThread } from './thread.js';

/**
 * @typedef {import('../shared/protocol.js').CallMessage} CallMessage
 * @typedef {import('../shared/protocol.js').Reply} Reply
 * @typedef {object} WorkerScope
 *   The worker's side of its connection with the owner.
 * @property {(message: object, transfer?: Transferable[]) => void} post
 * @property {(listener: (message: any) => void) => void} listen
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

  /**
   * Makes handlers callable from the main thread, as the methods of the task that this worker was
   * made for. Call it once, at the top level of the worker's script.
   * @template {Record<string, any>} T
   * @param {T} handlers functions, sync or async, by name; each gets the call's arguments and a
   *   TaskContext as its last one
   * @returns {void}
   * @throws {TypeError} if `handlers` is no object of functions; {Error} if called twice
   */
  return function expose(handlers) {
    const methods = methodsOf(handlers);
    if (exposed) {
      throw new Error('expose() was called twice: pass all handlers of the worker in one object.');
    }
    exposed = true;
    const thread = hostThread(createModule);
    /** @type {Map<number, CallContext>} */
    const running = new Map();

    scope.listen(async (message) => {
      if (!isOurs(message)) return;
      if (message.type === 'atelier:cancel') {
        const context = running.get(message.call);
        if (context?.callId === `${message.call}.${message.generation}`) {
          CallContext.cancel(context, message.reason);
        }
      } else if (message.type === 'atelier:call') {
        const handler = methods.includes(message.method) ? handlers[message.method] : undefined;
        await runCall(scope, await thread, message, { handlers, handler, methods, running });
      }
    });
    thread.then(() => {
      const { timeOrigin } = performance;
      scope.post({ type: 'atelier:ready', nowMs: performance.now(), timeOrigin });
    });
    scope.holdLock().then((lock) => scope.post({ type: 'atelier:hello', version: VERSION, lock }));
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

/**
 * @param {WorkerScope} scope
 * @param {import('./thread.js').WorkerThread} thread
 * @param {CallMessage} message
 * @param {{
 *   handlers: object, handler: Function | undefined, methods: string[],
 *   running: Map<number, CallContext>
 * }} exposed
 */
async function runCall(scope, thread, message, { handlers, handler, methods, running }) {
  const { call, generation, record, args, transferResult } = message;
  const ids = { call, generation };
  if (!thread.claim(record, generation)) {
    scope.post({ type: 'atelier:skipped', ...ids });
    return;
  }
  if (!handler) {
    thread.finish(record, generation);
    scope.post({ type: 'atelier:unknown-method', ...ids, methods });
    return;
  }
  const context = new CallContext(scope, thread, message);
  running.set(call, context);
  /** @type {Reply} */
  let reply;
  try {
    let value = handler.apply(handlers, [...args, context]);
    if (typeof value?.then === 'function') value = await value;
    reply = { type: 'atelier:result', ...ids, value };
  } catch (error) {
    reply = { type: 'atelier:error', ...ids, error: encodeError(error) };
  }
  thread.finish(record, generation);
  CallContext.end(context);
  running.delete(call);
  try {
    const value = reply.type === 'atelier:result' ? reply.value : undefined;
    scope.post(reply, transferResult ? findTransferables(value) : []);
  } catch (error) {
    scope.post({ type: 'atelier:error', ...ids, error: encodeError(error) });
  }
}
