# The tests, and GoogleTest with them, as wasm in Node, with the flags of the package's core.
add_compile_options(-pthread -fno-exceptions -fno-rtti)
target_compile_options(atelier_core PRIVATE -pthread -fno-exceptions -fno-rtti)
add_link_options(-pthread
                 -sENVIRONMENT=node,worker
                 -sPROXY_TO_PTHREAD  # main() may block while Node's event loop starts threads
                 -sEXIT_RUNTIME      # the process ends with main(), and with its exit code
                 -sNODERAWFS         # GoogleTest writes its report to a file
                 -sMALLOC=emmalloc   # as in the package
                 -sALLOW_MEMORY_GROWTH -Wno-pthreads-mem-growth)
set(CMAKE_EXECUTABLE_SUFFIX .cjs)      # a CommonJS script, in a package of modules
set(CMAKE_EXECUTABLE_SUFFIX_CXX .cjs)
