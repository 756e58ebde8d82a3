# Every link flag of the modules, each with its reason.
set(ATELIER_LINK_FLAGS
  -fno-rtti                               # picks the embind library that matches our objects
  -Oz                                     # 1.3 KB less than -O3; the browser is what takes time
  -sBINARYEN_EXTRA_PASSES=converge         # 0.1 KB less
  --no-entry                              # a library: there is no main()
  -sMODULARIZE                            # a factory, so that nothing runs at import
  -sEXPORT_ES6                            # an ES module; finds the wasm by import.meta.url
  -sEXPORT_NAME=createModule              # the factory's name in stack traces
  -sSTRICT                                # no deprecated defaults
  -sFILESYSTEM=0                          # no file is ever opened
  -sDYNAMIC_EXECUTION=0                   # pages with a CSP without 'unsafe-eval'
  -sSUPPORT_LONGJMP=0                     # nothing jumps
  -sMALLOC=emmalloc                       # 1 KB less than dlmalloc; only the owner allocates
  -sALLOW_MEMORY_GROWTH                   # a queue may be long
  -sINITIAL_MEMORY=4MB                    # an idle runtime needs far less
  -sMAXIMUM_MEMORY=256MB                  # iOS refuses large shared maxima (emscripten #19374)
  -sINCOMING_MODULE_JS_API=instantiateWasm  # js/ compiles the wasm itself, once
)
set(ATELIER_THREAD_FLAGS
  -pthread                                # pthreads on workers, on shared memory
  -Wno-pthreads-mem-growth                # JavaScript reads no heap view on the hot path
  -sEXPORTED_RUNTIME_METHODS=Emval,PThread,wasmExports,wasmMemory  # handles; adoption; calls; values read in place
)
set(ATELIER_MESSAGES_FLAGS
  -sENVIRONMENT=web,worker                # any: it touches nothing but performance
  -sIMPORTED_MEMORY                       # made by the glue, as that of the other build is
  -sEXPORTED_RUNTIME_METHODS=Emval,wasmExports,wasmMemory  # handles; calls; ids read in place
)
