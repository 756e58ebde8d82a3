#pragma once

#include <cstdint>

#include "atelier/call_list.h"
#include "atelier/clock_alignment.h"

namespace atelier {

enum class WorkerStatus : std::uint8_t {
  kAbsent,    // not started, or ended
  kStarting,  // its script is loading, or its thread is being set up
  kReady,     // takes calls
  kStopping,  // takes no more calls and ends after those that it has
};

// Worker is the owner's view of one worker of a task. The platform starts and ends the real one.
struct Worker {
  WorkerStatus status = WorkerStatus::kAbsent;
  CallList calls;  // those that it holds: on their way, running, or settled but not yet let go
  ClockAlignment clock;
};

}  // namespace atelier
