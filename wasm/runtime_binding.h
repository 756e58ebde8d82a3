#pragma once

#include <emscripten/val.h>

#include <vector>

#include "atelier/runtime.h"
#include "page_clock.h"
#include "page_futex.h"
#include "performance_sink.h"

namespace atelier {

// How an absent index crosses the boundary, both ways.
constexpr int kNone = -1;

template <typename Index>
int toJs(const std::optional<Index>& index) {
  return index ? static_cast<int>(*index) : kNone;
}

inline std::optional<TraceIndex> traceFromJs(int index) {
  return index == kNone ? std::nullopt : std::optional(static_cast<TraceIndex>(index));
}

// The handle stays valid as long as `text` does.
inline TextHandle handleOf(const emscripten::val& text) {
  if (text.isUndefined()) return TextHandle::kNone;
  return static_cast<TextHandle>(reinterpret_cast<std::uintptr_t>(text.as_handle()));
}

// RuntimeBinding is a Runtime together with what the page gives it. JavaScript has its address:
// what takes and returns numbers alone is exported as it is (core_exports.cpp), since each call
// crosses there several times; the rest goes through embind (bindings.cpp).
struct RuntimeBinding {
  RuntimeBinding(const SpanOptions& spans, bool devtools, const IdGenerator::Seed& seed)
      : sink(devtools), runtime(clock, futex, sink, seed, spans) {}

  // Holds on to a name for the runtime's life.
  TextHandle hold(const emscripten::val& text) {
    names.push_back(text);
    return handleOf(text);
  }

  PageClock clock;
  PageFutex futex;
  PerformanceSink sink;
  std::vector<emscripten::val> names;
  std::vector<emscripten::val> traceNames;
  Runtime runtime;
};

}  // namespace atelier
