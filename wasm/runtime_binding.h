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

// Takes a text over until `release`.
inline TextHandle textFromJs(emscripten::EM_VAL text) {
  const auto undefined = emscripten::val::undefined();
  if (text == undefined.as_handle()) return TextHandle::kNone;
  return static_cast<TextHandle>(reinterpret_cast<std::uintptr_t>(text));
}

inline void release(TextHandle text) {
  if (text == TextHandle::kNone) return;
  emscripten::val::take_ownership(
      reinterpret_cast<emscripten::EM_VAL>(static_cast<std::uintptr_t>(text)));
}

// What the calls of all runtimes may take of the module's memory, which is 256 MB at most. The rest is
// for threads' stacks (64 KB each), tasks, traces and the measures that are remembered.
inline HeapBudgets heapBudgets{.calls = HeapBudget(std::size_t{144} << 20),
                               .payloads = HeapBudget(std::size_t{48} << 20)};

// RuntimeBinding is a Runtime together with what the page gives it. JavaScript has its address.
struct RuntimeBinding {
  RuntimeBinding(const SpanOptions& spans, bool devtools, const IdGenerator::Seed& seed)
      : sink(devtools), runtime(clock, futex, sink, heapBudgets, seed, spans) {}
  ~RuntimeBinding() {
    for (TaskIndex task = 0; task < names.size(); ++task) releaseNames(task);
  }
  RuntimeBinding(const RuntimeBinding&) = delete;
  RuntimeBinding& operator=(const RuntimeBinding&) = delete;

  // Holds on to a name of a task or of a method of it.
  void hold(TaskIndex task, TextHandle name) {
    if (task >= names.size()) names.resize(task + 1);
    names[task].push_back(name);
  }

  void releaseNames(TaskIndex task) {
    for (const TextHandle name : names[task]) release(name);
    names[task].clear();
  }

  PageClock clock;
  PageFutex futex;
  PerformanceSink sink;
  std::vector<std::vector<TextHandle>> names;  // by task
  Runtime runtime;
};

}  // namespace atelier
