/**
 * @file Link-time library: pthreads live in workers that the user made, never in workers of the
 * glue's own (docs/decisions/0002-adopted-workers.md).
 */

// Emscripten's own `new Worker(new URL(<this file>))` makes bundlers fail. Whoever creates a thread
// pushes its worker to PThread.unusedWorkers first, so this is never reached.
LibraryManager.library.$PThread.allocateUnusedWorker = () => abort('no adopted worker');

addToLibrary({
  // Forgets a thread whose worker was terminated and, if `free`, returns its stack and its record to
  // malloc. Not before the worker has surely stopped: it might still be using both.
  atelier_forget_thread__deps: ['$PThread', '_emscripten_thread_free_data'],
  atelier_forget_thread: (thread, free) => {
    delete PThread.pthreads[thread];
    if (free) __emscripten_thread_free_data(thread);
  },

  // Tells the worker's script that its thread has started (Module.onThreadStarted).
  atelier_thread_started: () => Module['onThreadStarted'](),
});
