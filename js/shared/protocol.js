/**
 * @file The messages between the owner of a runtime and its workers. Small and plain arguments and
 * results need none: they go through shared memory (call-record.js). Every one has a `type` that
 * begins with `atelier:`, so that the user's own messages pass by. A call is named by its index and
 * its generation: indices are reused, the pair is not.
 */

/**
 * @typedef {import('./error-codec.js').EncodedError} EncodedError
 * @typedef {{ type: 'atelier:imported' }} Imported
 *   Worker → owner: the script has imported `atelier-wasm/worker`, and may call `expose` any time.
 * @typedef {{ type: 'atelier:unexposed', why: string }} Unexposed
 *   Worker → owner: `expose` has not been called, and will not be.
 * @typedef {{ type: 'atelier:hello', version: string }} Hello
 *   Worker → owner: the script has run as far as `expose`.
 * @typedef {{ type: 'atelier:ready', nowMs: number, timeOrigin: number, lock: string | undefined }} Ready
 *   Worker → owner: it takes calls (its thread has started), at `nowMs` on its clock. It holds the Web
 *   Lock `lock` as long as it lives.
 * @typedef {{
 *   type: 'atelier:call', call: number, generation: number, record: number, method: string,
 *   args: unknown[], transferResult: boolean, key?: string, ids?: number[]
 * }} CallMessage
 *   Owner → worker. `record` is the address of the call's shared record. Where it is not shared, `ids`
 *   has the words of the ids in it.
 * @typedef {{ type: 'atelier:start' }} Start
 *   Owner → worker: there is no shared memory, and no thread: all goes by messages.
 * @typedef {{ type: 'atelier:wake' }} Wake
 *   Owner → worker: there are calls in shared memory.
 * @typedef {{ type: 'atelier:done' }} Done
 *   Worker → owner: there are replies in shared memory.
 * @typedef {{ type: 'atelier:cancel', call: number, generation: number, reason: EncodedError }} Cancel
 *   Owner → worker: the call's caller has given up.
 * @typedef {{ startedMs?: number, endedMs?: number }} Times
 *   In a last reply, without shared memory: when the worker took the call up and when its handler
 *   ended, on the worker's clock; negative if the call has no span.
 * @typedef {{ type: 'atelier:result', call: number, generation: number, value: unknown }} Result
 * @typedef {{ type: 'atelier:error', call: number, generation: number, error: EncodedError }} Failure
 * @typedef {{ type: 'atelier:skipped', call: number, generation: number }} Skipped
 *   Worker → owner: the call was withdrawn before its handler started.
 * @typedef {{
 *   type: 'atelier:unknown-method', call: number, generation: number, methods: string[]
 * }} UnknownMethod
 *   Worker → owner: it exposes no method of the call's name, but these.
 * @typedef {{ type: 'atelier:progress', call: number, generation: number, value: unknown }} Progress
 *   Worker → owner, while the handler runs.
 * @typedef {{ type: 'atelier:stream', call: number, generation: number }} StreamStart
 *   Worker → owner: the handler is a generator. Its items follow, and at last a Result (what it
 *   returns) or a Failure.
 * @typedef {{ type: 'atelier:item', call: number, generation: number, value: unknown }} StreamItem
 * @typedef {{ type: 'atelier:pull', call: number, generation: number, count: number }} Pull
 *   Owner → worker: so many more items may be sent, beyond the first STREAM_WINDOW.
 * @typedef {{ type: 'atelier:read', count: number }} Read
 *   Either → other: so many messages have arrived (counted-messages.js).
 * @typedef {{ type: 'atelier:unread', number: number }} Unread
 *   Either → other: the message of this number could not be read.
 * @typedef {{ type: 'atelier:lost', message: import('./counted-messages.js').SentMessage | undefined }} Lost
 *   Worker → owner: what an unread message was.
 * @typedef {(Result | Failure | Skipped | UnknownMethod) & Times} LastReply
 * @typedef {LastReply | Progress | StreamStart | StreamItem} Reply
 * @typedef {Imported | Unexposed | Hello | Ready | Done | Read | Unread | Lost | Reply} FromWorker
 * @typedef {Start | CallMessage | Wake | Cancel | Pull | Read | Unread} ToWorker
 */

/** How many items a generator runs ahead of its caller at most. */
export const STREAM_WINDOW = 8;

/** Both sides must be of the same version: the messages are not stable across versions. */
export const VERSION = '0.1.0';

/**
 * Whether a message is one of ours.
 * @param {any} message
 * @returns {boolean}
 */
export function isOurs(message) {
  return typeof message?.type === 'string' && message.type.startsWith('atelier:');
}
