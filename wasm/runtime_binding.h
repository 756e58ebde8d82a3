#pragma once

#include <emscripten/val.h>

#include "atelier/dispatch/runtime.h"
#include "page_clock.h"
#include "page_futex.h"
#include "performance_sink.h"

namespace atelier::core {

// How an absent index crosses the boundary, both ways.
constexpr int kNone = -1;

template <typename Index>
int toJs(const std::optional<Index>& index) {
  return index ? static_cast<int>(*index) : kNone;
}

inline std::optional<TraceIndex> traceFromJs(int index) {
  return index == kNone ? std::nullopt : std::optional(static_cast<TraceIndex>(index));
}

inline std::optional<Membership> membershipFromJs(int trace, bool inferred) {
  if (trace == kNone) return std::nullopt;
  return Membership{.trace = static_cast<TraceIndex>(trace), .inferred = inferred};
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
      // NOLINTNEXTLINE(performance-no-int-to-ptr): embind's handles are pointers
      reinterpret_cast<emscripten::EM_VAL>(static_cast<std::uintptr_t>(text)));
}

// What the calls of all runtimes may take of the module's memory, which is 256 MB at most. The rest
// is for threads' stacks (64 KB each), tasks, traces and the measures that are remembered.
inline HeapBudgets heapBudgets{.calls = HeapBudget(std::size_t{144} << 20),
                               .payloads = HeapBudget(std::size_t{48} << 20)};

// RuntimeBinding is a Runtime together with what the page gives it. JavaScript has its address.
struct RuntimeBinding {
  RuntimeBinding(const SpanOptions& spans, bool devtools, const IdGenerator::Seed& seed)
      : sink(devtools), runtime(clock, futex, sink, heapBudgets, seed, spans) {}
  ~RuntimeBinding() {
    for (TaskIndex task = 0; task < runtime.tasksMade(); ++task) runtime.visitNames(task, release);
  }
  RuntimeBinding(const RuntimeBinding&) = delete;
  RuntimeBinding& operator=(const RuntimeBinding&) = delete;

  // Forgets a task, whose names and whose methods' names have been held until now.
  void forgetTask(TaskIndex task) {
    runtime.visitNames(task, release);
    runtime.forgetTask(task);
  }

  PageClock clock;
  PageFutex futex;
  PerformanceSink sink;
  Runtime runtime;
};

}  // namespace atelier::core
