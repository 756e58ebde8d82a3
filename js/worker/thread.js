import { RECORD_BYTES } from '../shared/call-record.js';
import { Heap } from '../shared/heap.js';

/**
 * What to do if there is no call (cpp/atelier/shared/worker_port.h).
 * @enum {number}
 */
export const IdleStrategy = { return: 0, spin: 1, sleep: 2 };

/**
 * A call that the worker has claimed.
 * @typedef {import('../shared/protocol.js').CallMessage & {
 *   times?: Required<import('../shared/protocol.js').Times>, unread?: { error: unknown }
 * }} ClaimedCall `unread`: why its arguments could not be read
 */

/**
 * What a call needs of its worker, with shared memory or without.
 * @typedef {object} CallThread
 * @property {Heap} [heap] the memory that is shared with the owner
 * @property {number} scratch the address where a small reply is put
 * @property {(call: ClaimedCall, bytes: number) => number} roomFor the address where a reply of so many
 *   bytes is put that is too large for `scratch`; 0 if there is too little room
 * @property {(call: ClaimedCall, reply: number, from: number, bytes: number) => number} finish releases
 *   it, with the reply at `from`
 * @property {(record: number, generation: number) => boolean} canceled
 */

/**
 * The C++ thread that this worker hosts: its channel, as WorkerChannel has it, and the memory that it
 * shares with the owner. `record` is the address of a call's shared record.
 * @typedef {object} ThreadMembers
 * @property {Heap} heap
 * @property {() => void} messageReceived
 * @property {(idleStrategy: number) => number} next claims the next call: its record, or 0;
 *   `idleStrategy` is one of IdleStrategy
 * @property {(record: number, generation: number) => boolean} claim claims a call that a message
 *   has brought; false if it was withdrawn
 * @typedef {CallThread & ThreadMembers} WorkerThread
 */

/**
 * Starts the Emscripten module as the host of a pthread.
 * @param {(module: object) => Promise<unknown>} createModule
 * @param {() => void} messageOwner wakes the owner by a message
 * @returns {{ receive: (message: import('../shared/protocol.js').Run) => void,
 *   started: Promise<WorkerThread> }} `receive` takes the owner's message that brings the wasm and
 *   starts the thread; `started` resolves when that has happened
 */
export function hostThread(createModule, messageOwner) {
  /** @type {(receiver: (message: object) => void) => void} */
  let onReceiver = () => {};
  /** @type {Promise<(message: object) => void>} */
  const receiver = new Promise((resolve) => (onReceiver = resolve));
  /** @type {Promise<WorkerThread>} */
  const started = new Promise((resolve) => {
    /** @type {any} */
    const module = {
      hostsThread: true,
      messageOwner,
      onReceiver,
      /**
       * @param {number} channel
       * @param {WebAssembly.Memory} memory
       */
      onThreadStarted: (channel, memory) => {
        const {
          channel_scratch,
          channel_messageReceived,
          channel_next,
          channel_claim,
          channel_roomFor,
          channel_finish,
          channel_canceled,
        } = module.wasmExports;
        const heap = new Heap(memory);
        // A message that was forged may name any address.
        const isInside = (/** @type {number} */ record) =>
          record > 0 && record + RECORD_BYTES <= heap.upTo(record + RECORD_BYTES).bytes.length;
        resolve({
          heap,
          scratch: channel_scratch(channel),
          messageReceived: () => channel_messageReceived(channel),
          next: (idleStrategy) => channel_next(channel, idleStrategy),
          claim: (record, generation) =>
            isInside(record) && channel_claim(channel, record, generation) !== 0,
          roomFor: (call, bytes) => channel_roomFor(channel, call.record, bytes),
          finish: (call, reply, from, bytes) =>
            channel_finish(channel, call.record, reply, from, bytes),
          canceled: (record, generation) => channel_canceled(record, generation) !== 0,
        });
      },
    };
    createModule(module).catch((error) => {
      // Uncaught, so that the owner hears of it.
      setTimeout(() => {
        throw error;
      });
    });
  });
  return { receive: (message) => void receiver.then((receive) => receive(message)), started };
}
