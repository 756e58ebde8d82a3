/// <reference lib="esnext.disposable" preserve="true" />

/**
 * @file The public types. CONTRACT: names and shapes here are what users rely on.
 */

/**
 * Options of createTaskRuntime().
 * @typedef {object} RuntimeOptions
 * @property {boolean | SpanOptions} [spans] which calls the timeline shows, and how; `false`: none.
 *   Default: `true`
 * @property {'auto' | 'required'} [isolation] what happens on a page that is not cross-origin isolated.
 *   `'auto'`: calls go by messages (the runtime's `mode` says so); `'required'`: createTaskRuntime()
 *   rejects with a NotIsolatedError. Default: `'auto'`
 * @property {URL | string | BufferSource | WebAssembly.Module} [wasm] the package's
 *   `atelier.wasm` (`atelier.messages.wasm` for a page that is not cross-origin isolated), or its
 *   address. By default the package finds it beside itself, with every bundler
 */

/**
 * How calls reach workers: through shared memory, which a cross-origin isolated page has, or by
 * messages alone.
 * @typedef {'shared-memory' | 'messages'} RuntimeMode
 */

/**
 * What the timeline shows of a runtime.
 * @typedef {object} SpanOptions
 * @property {boolean} [enabled] `false`: no entries at all. Default: `true`
 * @property {boolean} [marks] `false`: one measure for each span and no marks. Default: `true`
 * @property {number} [sampleRate] the share, from 0 to 1, of traces that the timeline has; outside a
 *   trace, the share of spans. A trace is in it as a whole or not at all. Default: `1`
 * @property {number} [retain] how many of this runtime's measures stay in the timeline; the runtime
 *   clears the oldest. `Infinity` keeps all, `0` keeps none. Observers see every measure anyway.
 *   Default: `1000`
 * @property {boolean} [devtools] `true`: Chrome DevTools shows the measures in a track for each worker,
 *   by `detail.devtools`; `false`: in its Timings track. Default: `false`
 */

/**
 * What defineTask() takes.
 * @typedef {object} TaskConfig
 * @property {'parallel' | 'singleton'} type `parallel`: calls run on a pool of workers;
 *   `singleton`: all on one, which can keep state
 * @property {() => WorkerLike} worker creates one worker of the task, in the form that your bundler
 *   understands: `() => new Worker(new URL('./resize.worker.js', import.meta.url), { type: 'module'
 *   })`; in Node a `worker_threads` Worker. The runtime owns the worker and ends it
 * @property {string} [taskId] names the task in entries and errors. By default `task-1`, `task-2`, …
 * @property {string} [taskName] a name for people, in entries
 * @property {number} [poolSize] how many workers a parallel task has at most, 1 to 1000. Default:
 *   `navigator.hardwareConcurrency`
 * @property {'lazy' | 'eager'} [init] when workers start: as calls need them, or all at once when the
 *   task is defined. Default: `'lazy'`
 * @property {number} [maxInFlight] how many calls are on workers at the same time. More than one on a
 *   worker only helps asynchronous handlers. By default `poolSize`; 1 for a singleton
 * @property {number} [maxQueueDepth] how many calls the task accepts beyond `maxInFlight`, 1 or more.
 *   Default: `Infinity`
 * @property {'block' | 'reject' | 'drop-latest' | 'drop-oldest'} [queuePolicy] what happens to a call
 *   beyond `maxQueueDepth`. `block`: its caller waits until the task accepts it, first come, first
 *   served; the runtime reads its arguments only then; `reject`: it rejects with a QueueFullError;
 *   `drop-latest`: it rejects with a QueueDropError; `drop-oldest`: the task accepts it, and the oldest
 *   pending call rejects with a QueueDropError. Default: `'block'`
 * @property {(...args: any[]) => string} [keyOf] computes the key of a call from its arguments, unless
 *   `with({ key })` gives it one
 * @property {number} [timeoutMs] how many ms a call may take, time in the queue included, before it
 *   rejects with a TimeoutError. By default without limit
 * @property {number} [terminateAfterMs] how many ms a handler may go on after its call was cancelled,
 *   before the runtime ends its worker. By default without limit
 * @property {number} [idleTimeoutMs] how many ms a worker may have no call before the runtime ends it.
 *   By default without limit
 * @property {number} [startTimeoutMs] how many ms a worker may take from its creation to its call of
 *   `expose()`, before it counts as crashed. Time in which the page does not run does not count.
 *   `Infinity` waits for ever. Default: `60000`
 * @property {'restart-fail-in-flight' | 'restart-requeue-in-flight' | 'fail-task'} [crashPolicy] what
 *   happens to the calls on a worker that crashes. `restart-fail-in-flight`: they reject with a
 *   WorkerCrashedError; `restart-requeue-in-flight`: they run again, on another worker, so that a
 *   handler may run more than once; `fail-task`: they and all others reject, until `startWorkers()`.
 *   After a second crash with no result in between, the runtime waits before it starts the next worker:
 *   50 ms, then twice as long after each further crash, up to 2 s. Default: `'restart-fail-in-flight'`
 * @property {number} [crashMaxRetries] how often a call runs again, and how often the runtime tries to
 *   start a worker again for such calls, before they reject. Default: `3`
 */

/**
 * The common part of browsers' and Node's workers. Pass a worker of the platform: in browsers a Worker;
 * in Node, Deno and Bun one of `node:worker_threads`. In unit tests it may be an `inlineWorker()`.
 * @typedef {object} WorkerLike
 * @property {(message: any, ...rest: any[]) => void} postMessage
 * @property {() => unknown} terminate
 */

/**
 * Options of calls: what `task.with()` takes.
 * @template [P=any] what the handler passes to `ctx.progress()`
 * @typedef {object} DispatchOptions
 * @property {AbortSignal} [signal] cancels the call, pending or running; it then rejects with the
 *   signal's reason
 * @property {string} [key] `runtime.abortTaskController.abort(key)` cancels the call
 * @property {number} [timeoutMs] as in TaskConfig, for this call
 * @property {number} [priority] calls of a higher priority go first, and calls of the same priority in
 *   the order in which they came. Every eighth call is the oldest one, so that none starves. Callers that
 *   wait for a place in the queue get it by the same rule. Default: `0`
 * @property {(value: P) => void} [onProgress] gets each value that the handler passes to
 *   `ctx.progress()`
 * @property {Trace} [trace] the trace that the call belongs to. By default the active one
 * @property {Transferable[]} [transfer] which parts of the arguments are transferred; `[]` clones all.
 *   By default everything that can be, wherever it is nested
 * @property {boolean} [transferResult] `true` transfers the parts of the result that can be; `false`
 *   clones it, for a handler that keeps what it returns. Default: `true`
 */

/**
 * The counters of a task.
 * @typedef {object} TaskState
 * @property {'parallel' | 'singleton'} type as in TaskConfig
 * @property {number} poolSize how many workers it has at most
 * @property {number} activeWorkers workers that are started or being started
 * @property {'running' | 'stopped' | 'crashed'} workerStatus `crashed` if the last thing that
 *   happened to the last worker was a crash
 * @property {number} totalDispatched calls accepted so far
 * @property {number} inFlight calls on workers (the sum of `inFlightByWorker`), or for a worker that is
 *   starting; at most `maxInFlight`
 * @property {number} pending accepted calls that are not in flight
 * @property {number} waiting callers that wait for their call to be accepted
 * @property {number[]} inFlightByWorker for each worker, by its index: the calls that it runs or is
 *   about to claim. A cancelled call counts until its handler has stopped
 * @property {number} maxInFlight as in TaskConfig
 * @property {number} maxQueueDepth as in TaskConfig
 * @property {'block' | 'reject' | 'drop-latest' | 'drop-oldest'} queuePolicy as in
 *   TaskConfig
 * @property {{ ts: number, error: string, workerIndex: number }} [lastCrash] the last crash: `ts` in ms
 *   since the epoch, the error's text, and which worker it was, from 0
 */

/**
 * The counters of a task in a snapshot.
 * @typedef {TaskState & { taskId: string, taskName?: string, init: 'lazy' | 'eager' }} TaskSnapshot
 */

/**
 * The state of all tasks but those that you have disposed one by one.
 * @typedef {{ tasks: TaskSnapshot[] }} RuntimeSnapshot
 */

/**
 * The calls of one workflow.
 * @typedef {Readonly<TraceMembers>} Trace
 */

/**
 * What a trace has.
 * @typedef {object} TraceMembers
 * @property {string} id 32 lowercase hex digits: a W3C Trace Context trace-id
 * @property {string} [name] the name that you gave it
 * @property {<T>(task: Task<T>) => Task<T>} with returns the task with all its calls in this trace,
 *   whatever your code has awaited
 * @property {<R>(fn: () => R) => R} run runs `fn` with this trace active during its synchronous
 *   part
 * @property {(outcome?: { error?: unknown }) => void} end ends the trace; idempotent
 */

/**
 * What a task has beside the methods of its handlers.
 * @typedef {object} TaskControls
 * @property {() => TaskState} getState the counters now; asks no worker
 * @property {() => void} startWorkers starts all workers
 * @property {() => void} stopWorkers ends each worker when its calls have ended; a later call starts
 *   workers again
 * @property {() => void} dispose rejects what is unfinished with a TaskDisposedError and ends the
 *   workers; idempotent
 */

/**
 * The methods of the handlers T, each returning a promise of its result, and the task's own. T is the
 * type of what the worker exposes, as it stands: an object's, or a class. Fields and getters are left out,
 * and names that a task or every object has itself. `with(options)` gives the task with options for its
 * calls; name the type of the progress if you like: `with<number>({ onProgress: (done) => … })`. It throws a
 * TypeError when an option is wrong.
 *
 * A call rejects with what its handler throws, or with
 * - an `AbortError`, or the signal's own reason, when it is cancelled; a `TimeoutError` after `timeoutMs`;
 * - a WorkerCrashedError when its worker ends, or cannot be started;
 * - a QueueFullError or a QueueDropError when the queue is full, as `queuePolicy` says;
 * - a TaskDisposedError when the task or the runtime takes no calls any more;
 * - an UnknownMethodError when the worker exposes no method of that name;
 * - a `DataCloneError` when an argument or the result cannot be cloned.
 * @template T the type of the handlers
 * @typedef {{
 *   [M in keyof T as M extends keyof TaskControls | keyof Object | 'with' | 'then' | 'toJSON'
 *     | 'hasAttribute' | 'asymmetricMatch' | symbol ? never
 *     : T[M] extends (...args: any) => any ? M : never]: TaskMethod<T[M]>
 * } & TaskControls & Disposable
 *   & { with<P = any>(options: DispatchOptions<P>): Task<T> }} Task
 */

/**
 * The type of a task's method for the handler F. If the handler returns a promise, the type is the
 * same, type parameters and overloads included. Otherwise TypeScript keeps only the last overload, and
 * replaces a type parameter by its constraint, or by `unknown`. Declare the handler `async` to keep
 * them.
 * @template F the type of the handler
 * @typedef {F extends (...args: infer A) => infer R
 *   ? [unknown, TaskResult<Awaited<R>>] extends [ThisParameterType<F>, infer P]
 *     ? (<X>() => X extends R ? 1 : 2) extends <X>() => X extends P ? 1 : 2
 *       ? F
 *       : (...args: A) => TaskResult<Awaited<R>>
 *     : (...args: A) => TaskResult<Awaited<R>>
 *   : never} TaskMethod
 */

/**
 * The type that a method returns: a promise of the handler's result. If the handler is a generator, it
 * is a promise of a TaskStream, and `for await` accepts the promise too.
 * @template R what the handler returns
 * @typedef {0 extends 1 & R ? Promise<any> & AsyncIterable<any>
 *   : [R] extends [never] ? Promise<never>
 *   : [R] extends [Generator<infer Y, infer E, any> | AsyncGenerator<infer Y, infer E, any>]
 *     ? Promise<TaskStream<Awaited<Y>, Awaited<E>>> & AsyncIterable<Awaited<Y>>
 *   : [R] extends [AsyncIterable<infer Y>] ? Promise<R> & AsyncIterable<Y>
 *   : Promise<R>} TaskResult
 */

/**
 * The items of a handler that is a generator. The handler runs at most 8 items ahead of you. The
 * runtime cancels it when you stop iterating: by `break`, by an exception in the loop, or by
 * `return()`. Each of these waits until the handler has ended, and rejects if its `finally` throws. It
 * waits for the handler's own steps only if the handler has asked for `ctx.signal`. The call's signal,
 * key and timeout, and `terminateAfterMs`, end the wait. The call and its span end with the iteration.
 * @template Y, [E=unknown]
 * @typedef {AsyncIterator<Y, E, undefined> & AsyncIterable<Y> & AsyncDisposable} TaskStream
 */

/**
 * The runtime that createTaskRuntime() returns.
 * @example
 * ```js
 * const image = runtime.defineTask({
 *   type: 'parallel',
 *   worker: () => new Worker(new URL('./image.worker.js', import.meta.url), { type: 'module' }),
 * });
 * const thumbnail = await runtime.trace('open', () => image.with({ timeoutMs: 5000 }).resize(file));
 * ```
 * @typedef {Readonly<RuntimeMembers> & AsyncDisposable} TaskRuntime
 */

/**
 * What a runtime has.
 * @typedef {object} RuntimeMembers
 * @property {RuntimeMode} mode how calls reach workers: `'messages'` if the page is not
 *   cross-origin isolated
 * @property {<T = Record<string, (...args: any[]) => any>>(config: TaskConfig) => Task<T>}
 *   defineTask
 *   defines a task whose calls run in workers of its own. Throws a TypeError when an option is wrong, and
 *   an Error when the runtime is disposed or drained
 * @property {TraceFunction} trace runs a function inside a new trace, ends the trace with the function,
 *   and returns a promise of its result. Throws a TypeError when an argument is wrong
 * @property {(name?: string) => Trace & Disposable} startTrace starts a trace for a flow that is
 *   not one function; end it yourself. Throws a TypeError when the name is no string
 * @property {(filter?: MeasureFilter) => void} clearMeasures clears measures of this runtime from
 *   the timeline: all, or those that the filter selects. Throws a TypeError when the filter is wrong
 * @property {AbortTaskController} abortTaskController cancels calls by their keys
 * @property {() => Promise<void>} drain stops accepting calls; resolves when all accepted calls have
 *   settled
 * @property {() => RuntimeSnapshot} getRuntimeSnapshot the state of all tasks; asks no worker
 * @property {(listener: (snapshot: RuntimeSnapshot) => void,
 *   options?: SnapshotSubscriptionOptions) => () => void} subscribeRuntimeSnapshot calls the listener
 *   with the state now and then; returns a function that ends that. Throws a TypeError when an argument
 *   is wrong
 * @property {() => Promise<void>} dispose rejects what is unfinished with a TaskDisposedError, ends
 *   every trace and every worker; idempotent
 */

/**
 * Cancels calls by their keys. `abort` cancels all open calls with a key, and no later ones: the next
 * call with the key, or the next `signalFor(key)`, makes the key fresh again.
 * @typedef {object} AbortTaskController
 * @property {(key: string) => AbortSignal} signalFor the signal that the next `abort(key)` fires
 * @property {(key: string, reason?: unknown) => void} abort cancels all open calls with the key;
 *   `reason` defaults to an AbortError
 * @property {(keys: Iterable<string>, reason?: unknown) => void} abortMany aborts each key
 * @property {(key: string) => boolean} isAborted whether the key was aborted, and no later use has made
 *   it fresh again
 * @property {(key: string) => void} clear forgets a key: it is fresh, and `abort` no longer reaches its
 *   open calls
 * @property {() => void} clearAll forgets all keys
 */

/**
 * Options of subscribeRuntimeSnapshot().
 * @typedef {object} SnapshotSubscriptionOptions
 * @property {number} [intervalMs] how many ms pass between two reads of the state. Default: `1000`
 * @property {boolean} [emitImmediately] `true`: the runtime also calls the listener at once, before
 *   `subscribeRuntimeSnapshot()` returns. Default: `true`
 * @property {boolean} [onlyOnChange] `true`: the runtime calls the listener only when the state differs
 *   from the last one that the listener got, or from the state at the start. Default: `false`
 */

/**
 * Selects measures of a runtime.
 * @typedef {object} MeasureFilter
 * @property {string} [traceId] only the measures of this trace and of its spans
 * @property {string} [taskId] only measures of this task's calls
 * @property {string} [spanId] only the measure of this call
 */

/**
 * Options of parallelLimit().
 * @template T the type of the items
 * @template {boolean} [S=boolean] the type of `returnSettled`
 * @typedef {object} ParallelLimitOptions
 * @property {'fail-fast' | 'continue'} [errorPolicy] whether the first failure ends the iteration.
 *   By default `'fail-fast'`, and `'continue'` with `returnSettled`
 * @property {(error: unknown, item: Awaited<T>, index: number) => unknown} [onError] gets every
 *   failure; if it throws or rejects, the iteration ends with that error
 * @property {AbortSignal} [signal] ends the iteration, with the signal's reason
 * @property {{ signalFor: (key: string) => AbortSignal, abortMany: (keys: string[]) => void }}
 *   [abortTaskController] the runtime's controller, to cancel items by key; needs `keyOf`
 * @property {(item: Awaited<T>, index: number) => string | undefined} [keyOf] the key of an item; for
 *   none `undefined` or `''`
 * @property {S} [returnSettled] `true` yields an outcome for every item, failures included.
 *   Default: `false`
 */

/**
 * The outcome of one item.
 * @template T the type of the item
 * @template R the type of the result
 * @typedef {{ status: 'fulfilled', value: R, item: T, index: number }
 *   | { status: 'rejected', reason: unknown, item: T, index: number }} SettledCall
 */

/**
 * `runtime.trace()`, with a name or without.
 * @typedef {{
 *   <R>(name: string, fn: (trace: Trace) => R | Promise<R>): Promise<R>,
 *   <R>(fn: (trace: Trace) => R | Promise<R>): Promise<R>
 * }} TraceFunction
 */

/**
 * The context of a call: what `withContext()` passes to a handler first.
 * @template [P=unknown] what it passes to `progress()`
 * @typedef {Readonly<TaskContextMembers<P>>} TaskContext
 */

/**
 * What a context has.
 * @template [P=unknown] what the handler passes to `progress()`
 * @typedef {object} TaskContextMembers
 * @property {AbortSignal} signal fires when the caller gives up, as soon as the handler yields
 * @property {boolean} aborted whether the caller has given up. It reads shared memory, so it is true at
 *   once, even inside a synchronous loop. On a page that is not cross-origin isolated it is true as
 *   soon as the handler yields
 * @property {() => void} throwIfAborted throws the abort reason if the caller has given up
 * @property {(value: P) => void} progress passes a copy of the value, as structuredClone makes it, to
 *   the caller's `onProgress`
 * @property {string} callId unique within the runtime
 * @property {string} [spanId] the call's span, if it has one
 * @property {string} [traceId] the call's trace, if it is in one
 * @property {string} [key] the call's key, if it has one
 */

/**
 * The `detail` of a call's measure, `atelier:span:<spanId>`. Fields that do not apply are absent.
 * @typedef {object} SpanDetail
 * @property {string} spanId the call's id: 16 lowercase hex digits
 * @property {string} [traceId] the call's trace: 32 lowercase hex digits
 * @property {string} [traceName] the trace's name, if it has one
 * @property {string} taskId the task, by its `taskId`
 * @property {string} [taskName] the task's name for people, if it has one
 * @property {'parallel' | 'singleton'} taskType the task's type
 * @property {string} method the name of the handler
 * @property {number} [workerIndex] the worker that ran the call last, from 0; absent if none did
 * @property {number} queueWaitMs ms from the call until a worker claimed it, or until it settled without one
 * @property {number} [executionMs] ms that the handler took; absent if it has not ended
 * @property {number} attemptCount how often a worker was given the call
 * @property {'ok' | 'error' | 'canceled'} status how the call ended
 * @property {string} [error] `String(error)`, its first 2,000 characters
 * @property {string} [errorName] the error's `name`; absent if the thrown value is no Error
 * @property {true} [traceInferred] the call counts to the trace only because no other was open
 */

/**
 * The `detail` of a trace's measure, `atelier:trace:<traceId>`. Fields that do not apply are absent.
 * @typedef {object} TraceDetail
 * @property {string} traceId the trace's id: 32 lowercase hex digits
 * @property {string} [traceName] the trace's name, if it has one
 * @property {string} [parentTraceId] the trace in which it began
 * @property {number} spanCount how many calls were made in it, without those of nested traces
 * @property {'ok' | 'error' | 'canceled'} status how the trace ended
 * @property {string} [error] `String(error)`, its first 2,000 characters
 */

export {};
