// What a runtime has beyond core_exports.cpp where there is no shared memory.

#include <emscripten.h>

#include "runtime_binding.h"

using atelier::core::CallIndex;
using atelier::core::RuntimeBinding;

extern "C" {

EMSCRIPTEN_KEEPALIVE bool core_isAlone(RuntimeBinding* self, CallIndex call) {
  return self->runtime.isAlone(call);
}

EMSCRIPTEN_KEEPALIVE void core_posted(RuntimeBinding* self, CallIndex call) {
  self->runtime.posted(call);
}

EMSCRIPTEN_KEEPALIVE void core_reported(RuntimeBinding* self, CallIndex call,
                                        std::uint32_t generation, double startedMs,
                                        double endedMs) {
  self->runtime.reported(call, generation, startedMs, endedMs);
}
}
