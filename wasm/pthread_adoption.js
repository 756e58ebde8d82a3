/**
 * @file Link-time library: pthreads live in workers that the user made, never in workers of the
 * glue's own (docs/decisions/0001-adopted-workers.md, 0011-what-the-glue-leaves-out.md).
 *
 * In the place of Emscripten's: its own messages between a page and its workers, and what answers
 * them, are for threads that return, exit, start threads or run something for another. None here does.
 */
addToLibrary({
  $PThread__deps: ['$receiveThread'],
  $PThread__postset: "if (ENVIRONMENT_IS_PTHREAD) Module['onReceiver'](receiveThread);",
  $PThread: {
    /** Whoever starts a thread pushes what posts a message to its worker first. */
    unusedWorkers: [],
  },

  __pthread_create_js__deps: ['$PThread'],
  __pthread_create_js: (thread, attributes, entry, channel) => {
    PThread.unusedWorkers.pop()({ type: 'run', wasmMemory, wasmModule, thread, channel });
    return 0;
  },

  // Emscripten's own code for what `receiveThread` does; only its own libraries are meant to use it.
  $establishStackSpace__internal: false,

  // A thread never returns: it goes on with its worker's messages until the worker is terminated. It
  // uses no embind, which would have to be registered first: that takes time, and malloc's lock, which
  // a worker that is terminated right then would keep for ever.
  $receiveThread__deps: ['$establishStackSpace', '_emscripten_thread_init', '_emscripten_tls_init'],
  $receiveThread: (message) => {
    ({ wasmMemory, wasmModule } = message);
    updateMemoryViews();
    createWasm();
    establishStackSpace(message.thread);
    __emscripten_thread_init(
      message.thread,
      /* is_main */ 0,
      /* is_runtime */ 0,
      /* can_block */ 1,
      0,
      0
    );
    __emscripten_tls_init();
    // Tells the worker's script where its channel is, and in which memory.
    Module['onThreadStarted'](message.channel, wasmMemory);
  },

  // `receiveThread` does their work. Emscripten refers to them.
  $registerTLSInit: () => {},
  $invokeEntryPoint__deps: [],
  $invokeEntryPoint: () => {},

  // Has the worker's script post a message that wakes the owner.
  atelier_message_owner: () => Module['messageOwner'](),
});
