#pragma once

#include <cstdint>
#include <optional>

#include "atelier/ids.h"

namespace atelier::core {

// TextHandle stands for a string that the platform holds: a name, or an error's text. The core
// passes it through to the sink and never looks inside, so that no call converts a string.
enum class TextHandle : std::uintptr_t { kNone = 0 };

enum class TaskType : std::uint8_t { kParallel, kSingleton };

// SpanStatus is how a call or a trace ended.
enum class SpanStatus : std::uint8_t { kOk, kError, kCanceled };

// Outcome is what a call or a trace came to. Whoever passes one holds its texts meanwhile.
struct Outcome {
  SpanStatus status = SpanStatus::kOk;
  TextHandle error = TextHandle::kNone;      // String(error)
  TextHandle errorName = TextHandle::kNone;  // the error's name
};

// TaskLabel is how the timeline refers to a task.
struct TaskLabel {
  TextHandle id = TextHandle::kNone;
  TextHandle name = TextHandle::kNone;
  TaskType type = TaskType::kParallel;
  std::uint32_t number = 0;  // the same for tasks of the same id, and for those alone
};

// TraceRef is what a span says about the trace that it belongs to.
struct TraceRef {
  TraceId id;
  TextHandle name = TextHandle::kNone;
  bool inferred = false;  // the span counts to it only because no other trace was open
};

// Span is one dispatch as the timeline shows it. All times are the owner's clock.
struct Span {
  SpanId id;
  std::optional<TraceRef> trace;
  TaskLabel task;
  TextHandle method = TextHandle::kNone;
  double startMs = 0;
};

// SpanEnd completes a span when its call settles.
// Invariant: 0 <= queueWaitMs, 0 <= executionMs, queueWaitMs + executionMs <= endMs - startMs.
struct SpanEnd {
  double endMs = 0;
  double queueWaitMs = 0;             // from the call until a worker claimed it, or until the end
  std::optional<double> executionMs;  // the handler's own time; empty if it never came to an end
  std::optional<std::uint32_t> workerIndex;
  std::uint32_t attemptCount = 0;  // how often the call was given to a worker
  Outcome outcome;
};

// TraceSpan is a trace as the timeline shows it.
struct TraceSpan {
  TraceId id;
  TextHandle name = TextHandle::kNone;
  std::optional<TraceId> parent;
  double startMs = 0;
};

}  // namespace atelier::core
