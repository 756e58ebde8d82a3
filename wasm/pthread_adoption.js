/**
 * @file Link-time library: pthreads live in workers that the user made, never in workers of the
 * glue's own (docs/decisions/0001-adopted-workers.md, 0011-what-the-glue-leaves-out.md).
 */

// Emscripten's own `new Worker(new URL(<this file>))` makes bundlers fail. Whoever creates a thread
// pushes its worker to PThread.unusedWorkers first, so this is never reached.
LibraryManager.library.$PThread.allocateUnusedWorker = () => abort('no adopted worker');

// Of PThread's other parts these end the program or reuse a worker: neither ever happens.
for (const part of ['terminateAllThreads', 'terminateRuntime', 'returnWorkerToPool']) {
  if (!LibraryManager.library.$PThread[part]) throw new Error(`PThread has no ${part} any more`);
  delete LibraryManager.library.$PThread[part];
}

addToLibrary({
  $PThread__deps: [
    '$callUserCallback',
    '$checkMailbox',
    '$cleanupThread',
    '$spawnThread',
    '_emscripten_thread_free_data',
    '_emscripten_thread_init',
    '_emscripten_thread_mailbox_await',
    'pthread_self',
  ],

  // A thread never returns: it goes on with its worker's messages until the worker is terminated.
  $invokeEntryPoint__deps: ['$wasmTable'],
  $invokeEntryPoint: (entry, argument) => wasmTable.get(entry)(argument),
  $cleanupThread__deps: [],
  $cleanupThread: () => abort('a thread returned'),
  $callUserCallback__deps: [],
  $callUserCallback: (callback) => callback(),
  exit__deps: [],
  exit: () => abort('exit'),

  // No thread calls another: there is no mailbox to look into, nor any wait on it that would keep
  // the instance alive (emscripten #20920).
  $checkMailbox__deps: [],
  $checkMailbox: () => {},
  _emscripten_thread_mailbox_await__deps: [],
  _emscripten_thread_mailbox_await: () => {},
  _emscripten_notify_mailbox_postmessage__deps: [],
  _emscripten_notify_mailbox_postmessage: () => abort('a call to another thread'),

  _emscripten_receive_on_main_thread_js__deps: [],
  _emscripten_receive_on_main_thread_js: () => abort('a call to the main thread'),

  // Threads are started by the owner alone.
  $pthreadCreateProxied__deps: [],
  $pthreadCreateProxied__proxy: 'none',
  $pthreadCreateProxied: () => abort('a thread started by a thread'),

  // Forgets a thread whose worker was terminated and, if `free`, returns its stack and its record to
  // malloc. Not before the worker has surely stopped: it might still be using both.
  atelier_forget_thread__deps: ['$PThread', '_emscripten_thread_free_data'],
  atelier_forget_thread: (thread, free) => {
    delete PThread.pthreads[thread];
    if (free) __emscripten_thread_free_data(thread);
  },

  // Has the worker's script post a message that wakes the owner.
  atelier_message_owner: () => Module['messageOwner'](),

  // Tells the worker's script that its thread has started, where its port is, and in which memory.
  atelier_thread_started: (port) => Module['onThreadStarted'](port, wasmMemory),
});
