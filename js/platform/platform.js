/**
 * @file What the package needs of the engine it runs in; browser.js and node.js have it.
 */

/**
 * @typedef {object} WorkerListeners
 * @property {(data: any) => boolean} take what the worker has posted; returns whether it was the
 *   runtime's, which nobody else is to see
 * @property {() => void} unread there was a message that could not be read, perhaps the runtime's
 * @property {(cause: unknown) => void} crash the worker failed or ended; may come more than once
 */

/**
 * Opens the runtime's channel, on the worker's first word; returns what posts on it, which throws a
 * DataCloneError if that cannot be cloned.
 * @typedef {(hello: import('../shared/protocol.js').Hello) =>
 *   (envelope: object, transfer?: Transferable[]) => void} OpenChannel
 */

/**
 * Makes Emscripten's module.
 * @typedef {(options: object) => Promise<any>} CreateModule
 *
 * One build of the core.
 * @typedef {object} Build
 * @property {URL | string} wasmUrl where the package's wasm for it is
 * @property {() => { default: CreateModule } | Promise<{ default: CreateModule }>} glue the rest of it
 */

/**
 * @typedef {object} Platform
 * @property {Partial<Record<import('../types.js').RuntimeMode, Build>>} builds those for the modes that it
 *   can be in
 * @property {(url: URL | string) => Promise<Response | BufferSource>} readWasm rejects with an
 *   Error that names the URL if there is nothing to read
 * @property {() => boolean} hasSharedMemory
 * @property {() => number} poolSize how many workers suit this machine
 * @property {string} workerName what `worker()` has to return
 * @property {string[]} workerMethods what that has
 * @property {(make: () => any, take: (data: any) => boolean) => any} makeWorker calls `worker()`;
 *   where listeners have an order, `take` comes before those that it adds
 * @property {(worker: any, listeners: WorkerListeners) => OpenChannel} listen
 * @property {(lock: string | undefined, ended: () => void) => void} whenReleased tells when a worker
 *   has ended that holds a Web Lock: by itself, by the page or by the browser, none of which is an
 *   event
 * @property {(worker: any, lock: string | undefined, stopped: () => void) => void} whenStopped tells
 *   when a worker that has been terminated runs no more; never before this has returned
 * @property {(worker: any, busy: boolean) => void} keepAlive whether the process waits for the
 *   worker, where there is such a thing
 * @property {(callback: () => void) => void} nextMacrotask
 * @property {() => AsyncVariable<any> | undefined} makeAsyncVariable undefined if the engine has no
 *   such thing
 */

/**
 * A value that asynchronous code keeps across whatever it awaits (AsyncLocalStorage, AsyncContext).
 * @template T
 * @typedef {object} AsyncVariable
 * @property {<R>(value: T | undefined, fn: () => R) => R} run
 * @property {() => T | undefined} get
 * @property {() => void} rest it costs nothing until the next `run`, and has no value
 */

export {};
