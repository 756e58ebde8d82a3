#pragma once

#include <cstdint>
#include <optional>

#include "atelier/call_record.h"
#include "atelier/span.h"

namespace atelier {

using TaskIndex = std::uint32_t;
using WorkerIndex = std::uint32_t;
using CallIndex = std::uint32_t;
using TraceIndex = std::uint32_t;

// Call is the owner's side of one dispatch, from its acceptance until no worker holds it any more.
// It does not care in which language its handler is written.
struct Call {
  CallIndex index = 0;
  TaskIndex task = 0;
  std::optional<WorkerIndex> worker;  // while one holds it
  std::uint32_t attemptCount = 0;
  bool inUse = false;
  bool settled = false;  // the caller has its answer; a worker may still be at it
  bool traced = false;   // it has a span (spans are on, and it was sampled)
  bool marked = false;   // its start mark is in the timeline
  double acceptedMs = 0;
  double assignedMs = 0;
  Span span;

  // Links of the one list that the call is in: its task's queue, or its worker's calls.
  Call* previous = nullptr;
  Call* next = nullptr;

  CallRecord record;
};

}  // namespace atelier
