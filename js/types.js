/// <reference lib="esnext.disposable" preserve="true" />

/**
 * @file The public types. CONTRACT: names and shapes here are what users rely on.
 */

/**
 * @typedef {object} RuntimeOptions
 * @property {boolean | SpanOptions} [spans] what the timeline shows of the calls; default `true`:
 *   every dispatch
 * @property {'auto' | 'required'} [isolation] what happens on a page that is not cross-origin isolated:
 *   by default, `'auto'`, calls go by messages (TaskRuntime's `mode` tells); `'required'`:
 *   createTaskRuntime() rejects with a NotIsolatedError
 * @property {URL | string | BufferSource | WebAssembly.Module} [wasm] the package's
 *   `atelier.wasm` (`atelier.messages.wasm` for a page that is not cross-origin isolated), or where it
 *   is; default: beside the package, where every bundler finds it
 */

/**
 * How calls reach workers: through shared memory, which a cross-origin isolated page has, or by
 * messages alone.
 * @typedef {'shared-memory' | 'messages'} RuntimeMode
 */

/**
 * @typedef {object} SpanOptions
 * @property {boolean} [enabled] default `true`; `false`: no entries at all
 * @property {boolean} [marks] default `true`; `false`: one measure for each span and no marks
 * @property {number} [sampleRate] 0 to 1, default 1: the share of traces, and of spans outside a
 *   trace, that are in the timeline; decided once for a whole trace
 * @property {number} [retain] how many of this runtime's measures stay in the timeline; the oldest
 *   are cleared. Default 1000; `Infinity` keeps all, 0 none. Observers see every
 *   measure anyway
 * @property {boolean} [devtools] default `false`: Chrome DevTools shows the measures in its Timings
 *   track; `true`: in a track for each worker, by `detail.devtools`
 */

/**
 * @typedef {object} TaskConfig
 * @property {'parallel' | 'singleton'} type `parallel`: calls run on a pool of workers;
 *   `singleton`: all on one, which can keep state
 * @property {() => WorkerLike} worker makes one of the task's workers, the way your bundler
 *   understands: `() => new Worker(new URL('./resize.worker.js', import.meta.url), { type: 'module'
 *   })`; in Node a `worker_threads` Worker. The runtime owns the worker and ends it
 * @property {string} [taskId] names the task in entries and errors; default `task-1`, `task-2`, …
 * @property {string} [taskName] a name for people, in entries
 * @property {number} [poolSize] how many workers a parallel task has at most, 1 to 1000; default
 *   `navigator.hardwareConcurrency`
 * @property {'lazy' | 'eager'} [init] when workers are started: as calls need them (default), or
 *   all at once when the task is defined
 * @property {number} [maxInFlight] how many calls are on workers at the same time; default
 *   `poolSize`, 1 for a singleton. More than one on a worker only helps asynchronous handlers
 * @property {number} [maxQueueDepth] how many calls are accepted beyond `maxInFlight`; default
 *   `Infinity`
 * @property {'block' | 'reject' | 'drop-latest' | 'drop-oldest'} [queuePolicy] what happens to a call
 *   beyond that. `block` (default): it waits to be accepted, first come, first served, and its
 *   arguments are taken only then; `reject`: it rejects with a QueueFullError; `drop-latest`: it
 *   rejects with a QueueDropError; `drop-oldest`: the oldest pending call does, and it is accepted
 * @property {(...args: any[]) => string} [keyOf] the key of a call, from its arguments, unless
 *   `with({ key })` gives it one
 * @property {number} [timeoutMs] a call rejects with a TimeoutError so many ms after it was made, the
 *   time in the queue included; default: never
 * @property {number} [terminateAfterMs] ends a worker whose handler goes on for so many ms after its
 *   call was cancelled; default: never
 * @property {number} [idleTimeoutMs] ends a worker that has had nothing to do for so many ms; default:
 *   never
 * @property {number} [startTimeoutMs] how many ms a worker has from its creation until it has called
 *   `expose()`, before it counts as crashed; the time that the page does not run is not counted.
 *   Default 60,000; `Infinity` waits for ever
 * @property {'restart-fail-in-flight' | 'restart-requeue-in-flight' | 'fail-task'} [crashPolicy] what
 *   becomes of the calls on a worker that crashes: they reject with a WorkerCrashedError (default);
 *   or run again, on another worker, so that a handler may run more than once; or they and all others
 *   reject, until `startWorkers()`
 * @property {number} [crashMaxRetries] how often a call runs again, and how often a worker that cannot
 *   be started is tried again for calls that run again, before those reject; default 3
 */

/**
 * What browsers' and Node's workers have in common. It must be the platform's own: in browsers a Worker,
 * in Node, Deno and Bun one of `node:worker_threads`; or an `inlineWorker()` in unit tests.
 * @typedef {object} WorkerLike
 * @property {(message: any, ...rest: any[]) => void} postMessage
 * @property {() => unknown} terminate
 */

/**
 * @typedef {object} DispatchOptions
 * @property {AbortSignal} [signal] cancels the call, pending or running; it then rejects with the
 *   signal's reason
 * @property {string} [key] `runtime.abortTaskController.abort(key)` cancels the call
 * @property {number} [timeoutMs] as in TaskConfig, for this call
 * @property {number} [priority] default 0; higher is served first, first come, first served within
 *   one; every eighth call served is the oldest, so that none starves
 * @property {(value: any) => void} [onProgress] gets what the handler passes to `ctx.progress()`
 * @property {Trace} [trace] the trace that the call belongs to; default: the active one
 * @property {Transferable[]} [transfer] what of the arguments is transferred; default: everything
 *   that can be, wherever it is nested; `[]` clones all
 * @property {boolean} [transferResult] whether what can be transferred of the result is; default
 *   `true`. `false` clones it, for a handler that keeps what it returns
 */

/**
 * @typedef {object} TaskState
 * @property {'parallel' | 'singleton'} type
 * @property {number} poolSize how many workers it has at most
 * @property {number} activeWorkers workers that are started or being started
 * @property {'running' | 'stopped' | 'crashed'} workerStatus `crashed` if the last thing that
 *   happened to the last worker was a crash
 * @property {number} totalDispatched calls accepted so far
 * @property {number} inFlight calls on workers (the sum of `inFlightByWorker`), or for a worker that is
 *   starting; at most `maxInFlight`
 * @property {number} pending calls accepted beyond those
 * @property {number} waiting callers that wait for their call to be accepted
 * @property {number[]} inFlightByWorker by the worker's index: the calls that it runs or is about to
 *   claim, those included that were cancelled and whose handlers have not stopped yet
 * @property {number} maxInFlight as in TaskConfig
 * @property {number} maxQueueDepth as in TaskConfig
 * @property {'block' | 'reject' | 'drop-latest' | 'drop-oldest'} queuePolicy
 * @property {{ ts: number, error: string, workerIndex: number }} [lastCrash] `ts` in ms since the
 *   epoch
 */

/**
 * @typedef {TaskState & { taskId: string, taskName?: string, init: 'lazy' | 'eager' }} TaskSnapshot
 * @typedef {{ tasks: TaskSnapshot[] }} RuntimeSnapshot of all tasks but those that were disposed by
 *   themselves
 */

/**
 * @typedef {Readonly<TraceMembers>} Trace
 * @typedef {object} TraceMembers
 * @property {string} id 32 lowercase hex digits: a W3C Trace Context trace-id
 * @property {string} [name] as it was given
 * @property {<T>(task: Task<T>) => Task<T>} with the task, dispatching inside this trace, whatever
 *   is awaited in between
 * @property {<R>(fn: () => R) => R} run runs `fn` with this trace active during its synchronous
 *   part
 * @property {(outcome?: { error?: unknown }) => void} end ends the trace; idempotent
 */

/**
 * @typedef {object} TaskControls
 * @property {() => TaskState} getState the counters now; asks no worker
 * @property {() => void} startWorkers starts all workers
 * @property {() => void} stopWorkers ends the workers, each when its calls are done; a later call
 *   starts them again
 * @property {() => void} dispose rejects what is unfinished with a TaskDisposedError and ends the
 *   workers; idempotent
 */

/**
 * Names that are no method of a task: it has them itself, as every object has.
 * @typedef {keyof TaskControls | 'with' | 'then' | 'toJSON' | keyof Object
 *   | 'hasAttribute' | 'asymmetricMatch' | symbol} NoMethod
 */

/**
 * The methods of the handlers T, each returning a promise of its result, and the task's own. T is the
 * type of what the worker exposes, as it stands: an object's, or a class. Fields and getters are left out.
 * @template T
 * @typedef {{
 *   [M in keyof T as M extends NoMethod ? never : T[M] extends (...args: any) => any ? M : never]:
 *     TaskMethod<T[M]>
 * } & TaskControls & Disposable & { with(options: DispatchOptions): Task<T> }} Task
 */

/**
 * A handler as its task has it. One that returns a promise stays as it is, its type parameters and
 * overloads too; of another, TypeScript can tell only the last overload, and `unknown` (or what it
 * extends) for a type parameter: declare it `async` to keep them.
 * @template F
 * @typedef {F extends (...args: infer A) => infer R
 *   ? [unknown, TaskResult<Awaited<R>>] extends [ThisParameterType<F>, infer P]
 *     ? (<X>() => X extends R ? 1 : 2) extends <X>() => X extends P ? 1 : 2
 *       ? F
 *       : (...args: A) => TaskResult<Awaited<R>>
 *     : (...args: A) => TaskResult<Awaited<R>>
 *   : never} TaskMethod
 */

/**
 * What a method returns: a promise of the handler's result; if the handler is a generator, of a
 * TaskStream. `for await` takes the promise itself too.
 * @template R
 * @typedef {0 extends 1 & R ? Promise<any> & AsyncIterable<any>
 *   : [R] extends [never] ? Promise<never>
 *   : [R] extends [Generator<infer Y, infer E, any> | AsyncGenerator<infer Y, infer E, any>]
 *     ? Promise<TaskStream<Awaited<Y>, Awaited<E>>> & AsyncIterable<Awaited<Y>>
 *   : [R] extends [AsyncIterable<infer Y>] ? Promise<R> & AsyncIterable<Y>
 *   : Promise<R>} TaskResult
 */

/**
 * The items of a handler that is a generator, which runs at most 8 items ahead of you. It is
 * cancelled when you stop iterating: by `break`, by an exception in the loop, by `return()`. These wait
 * until the handler has ended, and reject with what its `finally` throws. The handler's own steps are not
 * waited for, unless it has asked for `ctx.signal`; and the call's signal, key and timeout, and
 * `terminateAfterMs`, end the wait. Its call, and the call's span, end with the iteration.
 * @template Y, [E=unknown]
 * @typedef {AsyncIterator<Y, E, undefined> & AsyncIterable<Y> & AsyncDisposable} TaskStream
 */

/**
 * @typedef {Readonly<RuntimeMembers> & AsyncDisposable} TaskRuntime
 * @typedef {object} RuntimeMembers
 * @property {RuntimeMode} mode how its calls reach workers: `'messages'` if the page is not
 *   cross-origin isolated
 * @property {<T = Record<string, (...args: any[]) => any>>(config: TaskConfig) => Task<T>}
 *   defineTask
 *   defines a task whose calls run in workers of its own
 * @property {TraceFunction} trace runs a function inside a new trace and ends it with the function
 * @property {(name?: string) => Trace & Disposable} startTrace starts a trace for a flow that is
 *   not one function; end it yourself
 * @property {(filter?: MeasureFilter) => void} clearMeasures clears measures of this runtime from
 *   the timeline: all, or those that the filter selects
 * @property {AbortTaskController} abortTaskController cancels calls by their keys
 * @property {() => Promise<void>} drain accepts no calls any more; resolves when all earlier ones have
 *   settled
 * @property {() => RuntimeSnapshot} getRuntimeSnapshot the state of all tasks; asks no worker
 * @property {(listener: (snapshot: RuntimeSnapshot) => void,
 *   options?: SnapshotSubscriptionOptions) => () => void} subscribeRuntimeSnapshot calls the listener
 *   with the state now and then; returns
 *   what ends that
 * @property {() => Promise<void>} dispose rejects what is unfinished with a TaskDisposedError, ends
 *   every trace and every worker; idempotent
 */

/**
 * Cancels calls by their keys. `abort` cancels what is under way with a key, and nothing later: the
 * next call with it, and the next `signalFor` it, starts the key afresh.
 * @typedef {object} AbortTaskController
 * @property {(key: string) => AbortSignal} signalFor the signal that the next `abort(key)` fires
 * @property {(key: string, reason?: unknown) => void} abort cancels what is under way with the key;
 *   `reason` defaults to an AbortError
 * @property {(keys: Iterable<string>, reason?: unknown) => void} abortMany the same for each key
 * @property {(key: string) => boolean} isAborted whether the key was aborted and is not fresh again
 * @property {(key: string) => void} clear forgets a key: it is fresh, and what is under way with it is
 *   out of reach
 * @property {() => void} clearAll the same for all keys
 */

/**
 * @typedef {import('./runtime/snapshot-subscription.js').SnapshotSubscriptionOptions}
 *   SnapshotSubscriptionOptions
 */

/**
 * @typedef {object} MeasureFilter
 * @property {string} [traceId] only those of this trace: its own, and its spans'
 * @property {string} [taskId] only measures of this task's calls
 * @property {string} [spanId] only this call's
 */

/**
 * @typedef {{
 *   <R>(name: string, fn: (trace: Trace) => R | Promise<R>): Promise<R>,
 *   <R>(fn: (trace: Trace) => R | Promise<R>): Promise<R>
 * }} TraceFunction
 */

/**
 * @typedef {Readonly<TaskContextMembers>} TaskContext
 * @typedef {object} TaskContextMembers
 * @property {AbortSignal} signal fires when the caller gives up, as soon as the handler yields
 * @property {boolean} aborted whether the caller has given up; true at once, inside a synchronous
 *   loop too: it reads shared memory. On a page that is not cross-origin isolated: as soon as the
 *   handler yields
 * @property {() => void} throwIfAborted throws the abort reason if the caller has given up
 * @property {(value: unknown) => void} progress passes a value to the caller's `onProgress`; copied
 *   as structuredClone does
 * @property {string} callId unique within the runtime
 * @property {string} [spanId] the call's span, if it has one
 * @property {string} [traceId] the call's trace, if it is in one
 * @property {string} [key] the call's key, if it has one
 */

/**
 * The `detail` of a call's measure, `atelier:span:<spanId>`. What does not apply is absent.
 * @typedef {object} SpanDetail
 * @property {string} spanId 16 lowercase hex digits
 * @property {string} [traceId] 32 lowercase hex digits: the call's trace
 * @property {string} [traceName]
 * @property {string} taskId
 * @property {string} [taskName]
 * @property {'parallel' | 'singleton'} taskType
 * @property {string} method
 * @property {number} [workerIndex] absent if no worker had it
 * @property {number} queueWaitMs from the call until a worker took it up, or until it settled without
 * @property {number} [executionMs] what the handler took; absent if it has not ended
 * @property {number} attemptCount how often it was given to a worker
 * @property {'ok' | 'error' | 'canceled'} status
 * @property {string} [error] `String(error)`, its first 2,000 characters
 * @property {string} [errorName] absent if it is no Error
 * @property {true} [traceInferred] it counts to the trace only because no other was open
 */

/**
 * The `detail` of a trace's measure, `atelier:trace:<traceId>`. What does not apply is absent.
 * @typedef {object} TraceDetail
 * @property {string} traceId 32 lowercase hex digits
 * @property {string} [traceName]
 * @property {string} [parentTraceId] the trace that it began in
 * @property {number} spanCount how many calls were made in it, without those of traces inside
 * @property {'ok' | 'error' | 'canceled'} status
 * @property {string} [error] `String(error)`, its first 2,000 characters
 */

export {};
