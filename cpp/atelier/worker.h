#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "atelier/call_list.h"
#include "atelier/clock_alignment.h"
#include "atelier/worker_port.h"

namespace atelier {

enum class WorkerStatus : std::uint8_t {
  kAbsent,    // not started, or ended
  kStarting,  // its script is loading, or its thread is being set up
  kReady,     // takes calls
  kStopping,  // takes no more calls and ends after those that it has
};

// Worker is the owner's view of one worker of a task. The platform starts and ends the real one.
struct Worker {
  // How many of its calls it has to run, or runs: not those that are over.
  std::size_t running() const {
    std::size_t count = 0;
    for (const Call* call = calls.front(); call != nullptr; call = calls.after(*call)) {
      if (!call->record->isOver()) ++count;
    }
    return count;
  }

  WorkerStatus status = WorkerStatus::kAbsent;
  CallList
      calls;  // those it is known to hold: on their way, running, or settled but not yet let go
  ClockAlignment clock;
  std::unique_ptr<WorkerPort> port;   // from its start to its end
  bool isToBeWoken = false;           // by a message
  Call* wokenFor = nullptr;           // the call on offer that it was woken for last, which it or
  std::uint32_t wokenGeneration = 0;  // another may have taken up since
};

}  // namespace atelier
