/**
 * @file The messages between the owner of a runtime and its workers. Small and plain arguments and
 * results need none: they go through shared memory (call-record.js). The first two go the worker's own
 * way and open the runtime's channel, on which all others go (connection.js). A call is named by its
 * index and its generation: indices are reused, the pair is not.
 */

/**
 * @typedef {import('./error-codec.js').EncodedError} EncodedError
 * @typedef {{ type: 'atelier:unexposed' }} Unexposed
 *   Worker → owner: its script has run to its end, and `expose` has not been called yet.
 * @typedef {{ type: 'atelier:hello', version: string, key?: number, port?: any }} Hello
 *   Worker → owner: the script has run as far as `expose`. What has `key` is the runtime's; in Node
 *   what comes by `port` is.
 * @typedef {{
 *   type: 'run', wasmMemory: WebAssembly.Memory, wasmModule: WebAssembly.Module,
 *   thread: number, channel: number
 * }} Run
 *   Owner → worker: the wasm, and the thread that it hosts (pthread_adoption.js).
 * @typedef {{ type: 'ready', nowMs: number, timeOrigin: number, lock: string | undefined }} Ready
 *   Worker → owner: it takes calls (its thread has started), at `nowMs` on its clock. It holds the Web
 *   Lock `lock` as long as it lives.
 * @typedef {{
 *   type: 'call', call: number, generation: number, record: number, method: string,
 *   args: unknown[], transferResult: boolean, key: string | undefined, ids?: number[], alone?: number | undefined,
 *   callbacks?: true
 * }} CallMessage
 *   Owner → worker. `record` is the address of the call's shared record. Where it is not shared, `ids`
 *   has the words of the ids in it, and `alone` is 1 if the worker has no other call. With
 *   `callbacks`, the last two arguments are the objects that hold what stands for a callback, and
 *   what does.
 * @typedef {{ type: 'start' }} Start
 *   Owner → worker: there is no shared memory, and no thread: all goes by messages.
 * @typedef {{ type: 'wake' }} Wake
 *   Owner → worker: there are calls in shared memory.
 * @typedef {{ type: 'done' }} Done
 *   Worker → owner: there are replies in shared memory.
 * @typedef {{ type: 'cancel', call: number, generation: number, reason: EncodedError }} Cancel
 *   Owner → worker: the call's caller has given up.
 * @typedef {{ startedMs?: number, endedMs?: number }} Times
 *   In a last reply, without shared memory: when the worker took the call up and when its handler
 *   ended, on the worker's clock; negative if the call has no span.
 * @typedef {{ type: 'result', call: number, generation: number, value: unknown }} Result
 * @typedef {{
 *   type: 'error', call: number, generation: number, error: EncodedError, aborted?: boolean
 * }} Failure
 *   `aborted`: the caller had given up, and it is of what the handler did then.
 * @typedef {{ type: 'skipped', call: number, generation: number }} Skipped
 *   Worker → owner: the call was withdrawn before its handler started.
 * @typedef {{
 *   type: 'unknown-method', call: number, generation: number, methods: string[]
 * }} UnknownMethod
 *   Worker → owner: it exposes no method of the call's name, but these.
 * @typedef {{ type: 'progress', call: number, generation: number, value: unknown }} Progress
 *   Worker → owner, while the handler runs.
 * @typedef {{ type: 'stream', call: number, generation: number }} StreamStart
 *   Worker → owner: the handler is a generator. Its items follow, and at last a Result (what it
 *   returns) or a Failure.
 * @typedef {{ type: 'item', call: number, generation: number, value: unknown }} StreamItem
 * @typedef {{ type: 'goes-on', call: number, generation: number }} GoesOn
 *   Worker → owner: a cancelled generator is between two items, and does not know of the cancellation.
 * @typedef {{
 *   type: 'callback', call: number, generation: number, callback: number, id: number,
 *   args: unknown[]
 * }} CallbackMessage
 *   Worker → owner: the handler has called one of the call's callbacks. An Answer follows, unless the
 *   call ends before.
 * @typedef {{
 *   type: 'answer', call: number, generation: number, id: number, value?: unknown,
 *   error?: EncodedError
 * }} Answer
 *   Owner → worker: what the callback has returned, or thrown.
 * @typedef {{ type: 'pull', call: number, generation: number, count: number }} Pull
 *   Owner → worker: so many more items may be sent, beyond the first STREAM_WINDOW.
 * @typedef {{ type: 'read', count: number }} Read
 *   Either → other: so many messages have arrived (connection.js).
 * @typedef {{ type: 'unread', number: number }} Unread
 *   Either → other: the message of this number could not be read.
 * @typedef {{ type: 'check' }} Check
 *   Either → other: something could not be read. A Read answers, whose number tells whether it was one
 *   of these.
 * @typedef {{ type: 'lost', message: import('./connection.js').SentMessage | undefined }} Lost
 *   Worker → owner: what an unread message was.
 * @typedef {(Result | Failure | Skipped | UnknownMethod) & Times} LastReply
 * @typedef {LastReply | Progress | StreamStart | StreamItem | GoesOn | CallbackMessage} Reply
 * @typedef {Ready | Done | Read | Unread | Check | Lost | Reply} FromWorker
 * @typedef {Run | Start | CallMessage | Wake | Cancel | Pull | Answer | Read | Unread | Check} ToWorker
 */

/** How many items a generator runs ahead of its caller at most. */
export const STREAM_WINDOW = 8;

/** Both sides must be of the same version: the messages are not stable across versions. */
export const VERSION = '0.1.0';
