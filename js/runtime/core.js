/**
 * @file The types of what the wasm module gives to JavaScript (wasm/core_exports.cpp): numbers in and
 * out, absent indices as -1, and strings as embind's handles.
 */

import { isError } from '../shared/error-codec.js';

/** How an absent index crosses the boundary. */
export const NONE = -1;

/** @enum {number} How a call or a trace ended, as the core numbers it. */
export const Status = /** @type {const} */ ({ ok: 0, error: 1, canceled: 2 });

/** What the core says is to be done for the calls of a task, as flags. @enum {number} */
export const ToDo = /** @type {const} */ ({ wake: 1, bring: 2, start: 4, later: 8 });

/** What stands for no bound in the core. */
export const UNBOUNDED = 0xffffffff;

/** As the core numbers them. */
export const QUEUE_POLICIES = /** @type {const} */ ([
  'block',
  'reject',
  'drop-latest',
  'drop-oldest',
]);

/** As the core numbers them. */
export const CRASH_POLICIES = /** @type {const} */ ([
  'restart-fail-in-flight',
  'restart-requeue-in-flight',
  'fail-task',
]);

/**
 * @typedef {object} CoreRuntime Runtime.
 * @property {() => void} delete
 *
 * @typedef {object} CoreTasks Tasks.
 * @property {(singleton: boolean, taskId: Handle, taskName: Handle, number: number,
 *   poolSize: number, maxInFlight: number, queuePolicy: number, maxQueueDepth: number,
 *   crashPolicy: number, crashMaxRetries: number, idleTimeoutMs: number,
 *   terminateAfterMs: number) => number} defineTask
 * @property {(task: number) => void} disposeTask
 * @property {(task: number) => void} forgetTask
 * @property {(task: number, name: Handle, bytes: number) => number} defineMethod
 * @property {() => number} scratch the address where arguments and names are put
 *
 * @typedef {object} CoreQueuedCalls Calls that no worker has.
 * @property {(task: number, method: number, trace: number, inferred: boolean, priority: number)
 *   => number} dispatch
 *   -1 if there is no room
 * @property {(task: number, method: number, trace: number, inferred: boolean, error: Handle,
 *   errorName: Handle) => void} refuse
 * @property {(call: number) => boolean} enqueue
 * @property {(call: number, bytes: number) => number} reserveArguments an address, or 0
 * @property {(call: number, bytes: number, transferResult: boolean) => boolean} readyShared
 * @property {(call: number) => void} readyForMessage
 * @property {(task: number) => number} offer the sum of what is `ToDo`
 * @property {(task: number) => void} wakeWorkers
 * @property {(task: number) => number} nextWorkerToWake
 * @property {(task: number) => number} nextOverflow
 * @property {(task: number) => number} nextAdmission
 * @property {(task: number) => number} nextAssignment
 * @property {(task: number) => boolean} awaitsClaim
 *
 * @typedef {object} CoreHeldCalls Calls that a worker has.
 * @property {(task: number, worker: number, call: number, generation: number) => boolean} holds
 * @property {(call: number) => number} workerOf
 * @property {(call: number) => number} generationOf
 * @property {(call: number) => number} recordOf an address
 * @property {(call: number) => void} release
 * @property {(call: number) => boolean} lose
 * @property {(call: number, generation: number) => boolean} complete
 * @property {(call: number, generation: number, status: number, error: Handle,
 *   errorName: Handle) => boolean} fail
 * @property {(call: number) => void} requestCancel
 * @property {(call: number, status: number, error: Handle, errorName: Handle)
 *   => boolean} withdraw
 * @property {(call: number, status: number, error: Handle, errorName: Handle)
 *   => void} abandon
 * @property {(call: number) => boolean} retry
 * @property {(task: number) => number} firstStranded
 * @property {(task: number, worker: number) => number} firstHeld
 *
 * @typedef {object} CoreNews News from workers.
 * @property {() => number} nextCompletion a record's address, or 0
 * @property {() => number} signal the address of a word
 * @property {() => boolean} beginPolling
 * @property {() => boolean} poll
 * @property {() => boolean} endPolling
 * @property {(value: boolean) => void} setWakesByMessage
 *
 * @typedef {object} CoreWorkers Workers.
 * @property {(task: number) => void} startWorkers
 * @property {(task: number) => void} stopWorkers
 * @property {(task: number) => number} nextWorkerToStart
 * @property {(task: number) => number} nextWorkerToEnd
 * @property {(task: number, worker: number) => number} channelOf an address
 * @property {(task: number, worker: number, sentMs: number, workerMs: number,
 *   clockOffsetMs: number) => void} workerReady
 * @property {(task: number, worker: number) => void} messagePosted
 * @property {(task: number, worker: number) => void} workerEnded
 * @property {(task: number, worker: number) => void} workerCrashed
 * @property {(channel: number) => void} workerStopped
 * @property {(task: number) => number} timerDelayMs Infinity if the timer is not to be set
 * @property {(task: number) => number} nextWorkerToTerminate
 *
 * @typedef {object} CoreCounters Counters.
 * @property {(task: number) => void} count to be called before the counters are read
 * @property {(task: number) => number} totalDispatched
 * @property {(task: number) => number} pending
 * @property {(task: number) => number} waiting
 * @property {(task: number) => number} inFlight
 * @property {(task: number) => boolean} busy
 * @property {(task: number) => number} activeWorkers
 * @property {(task: number, worker: number) => number} inFlightOn
 *
 * @typedef {object} CoreTraces Traces.
 * @property {(name: Handle, parent: number) => number} startTrace
 * @property {() => number} soleOpenTrace
 * @property {(trace: number) => number} traceId the address of 16 bytes, to be read at once
 * @property {(trace: number, status: number, error: Handle) => void} endTrace
 * @property {(status: number, error: Handle) => void} endAllTraces
 * @property {(trace: number) => void} releaseTrace
 *
 * @typedef {object} CoreMeasures Measures.
 * @property {(traceId: Handle, task: number, spanId: Handle) => void} clearMeasures
 *
 * @typedef {object} CoreOfMessages Where there is no shared memory (wasm/message_exports.cpp).
 * @property {(call: number) => number} [isAlone] there is in the build for messages, as the next ones
 * @property {(call: number) => void} [posted]
 * @property {(call: number, generation: number, startedMs: number, endedMs: number) => void} [reported]
 *
 * @typedef {object} CoreTexts Made here.
 * @property {(text: string | undefined) => Handle} handleOf
 * @property {(error: unknown) => [error: Handle, errorName: Handle]} textsOf how the timeline tells a
 *   failure
 *
 * @typedef {CoreRuntime & CoreTasks & CoreQueuedCalls & CoreHeldCalls & CoreNews & CoreWorkers & CoreCounters & CoreTraces & CoreMeasures & Partial<CoreOfMessages> & CoreTexts} Core
 *   one runtime's C++ side
 */

/**
 * @typedef {object} WasmModule the loaded module, shared by the runtimes of a page
 * @property {Record<string, Function>} wasmExports
 * @property {{ toHandle: (value: unknown) => number }} Emval embind's
 * @property {(channel: number) => number} _startWorkerThread
 * @property {(thread: number) => void} _forgetWorkerThread
 * @property {WebAssembly.Memory} wasmMemory
 * @property {{ unusedWorkers: ((message: import('../shared/protocol.js').Run) => void)[] }} [PThread]
 *   as pthread_adoption.js has it; none in the build for messages
 */

/** So much of a text gets into the timeline. */
const MAX_TEXT = 2000;

/** What the names of the module's functions on a runtime begin with. */
const PREFIX = 'core_';

/**
 * Calls a function with each index that the core names, until it names none.
 * @param {(of: number) => number} next
 * @param {number} of what the core is asked of
 * @param {(index: number) => void} visit
 */
export function forEachIndex(next, of, visit) {
  for (let index = next(of); index !== NONE; index = next(of)) visit(index);
}

/** @typedef {number} Handle stands for a string or undefined; whoever is given one takes it over */

/**
 * Makes a runtime's C++ side: the module's functions on a runtime, for this one.
 * @param {WasmModule} module
 * @param {{ enabled: boolean, marks: boolean, sampleRate: number, retain: number,
 *   devtools: boolean }} spans
 * @returns {Core}
 */
export function makeCore(module, { enabled, marks, sampleRate, retain, devtools }) {
  const { createRuntime, ...functions } = module.wasmExports;
  const runtime = createRuntime(enabled, marks, sampleRate, retain, devtools);
  /** @type {Record<string, Function>} */
  const core = {};
  for (const [name, fn] of Object.entries(functions)) {
    if (name.startsWith(PREFIX)) core[name.slice(PREFIX.length)] = fn.bind(undefined, runtime);
  }
  const handleOf = (/** @type {string | undefined} */ text) =>
    module.Emval.toHandle(text?.slice(0, MAX_TEXT));
  core.handleOf = handleOf;
  core.textsOf = (/** @type {unknown} */ error) => describe(error).map(handleOf);
  return /** @type {any} */ (core);
}

/**
 * Describes a failure for the timeline.
 * @param {unknown} error
 * @returns {[error: string, errorName: string | undefined]}
 */
export function describe(error) {
  try {
    const name = isError(error) ? error.name : undefined;
    return [String(error), typeof name === 'string' ? name : undefined];
  } catch {
    return ['unprintable', undefined];
  }
}
