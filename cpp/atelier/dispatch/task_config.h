#pragma once

#include <cstdint>

#include "atelier/clock.h"
#include "atelier/dispatch/dispatch_queue.h"
#include "atelier/span.h"

namespace atelier::core {

// CrashPolicy is what becomes of the calls on a worker that crashes, and of its task.
enum class CrashPolicy : std::uint8_t {
  kFailInFlight,     // they fail; another worker is started when it is needed
  kRequeueInFlight,  // they are run again, each crashMaxRetries times at most; likewise
  kFailTask,         // they and all others fail, until the workers are started by hand
};

// TaskConfig is what a task is defined by; the caller has validated it.
struct TaskConfig {
  TaskLabel label;
  std::uint32_t poolSize = 1;     // >= 1; a singleton has one worker whatever this says
  std::uint32_t maxInFlight = 1;  // >= 1
  QueuePolicy queuePolicy = QueuePolicy::kBlock;
  std::uint32_t maxQueueDepth = kUnbounded;  // >= 1; calls accepted beyond those in flight
  CrashPolicy crashPolicy = CrashPolicy::kFailInFlight;
  std::uint32_t crashMaxRetries = 3;
  double idleTimeoutMs = kNever;     // how long a worker may have no call before it is ended
  double terminateAfterMs = kNever;  // how long a handler may go on after its call was cancelled

  static constexpr std::uint32_t kUnbounded = 0xFFFFFFFF;

  std::uint32_t workers() const { return label.type == TaskType::kSingleton ? 1 : poolSize; }

  // How many calls each worker may run at a time, so that maxInFlight can be reached.
  std::uint32_t callsPerWorker() const {
    return maxInFlight / workers() + (maxInFlight % workers() == 0 ? 0 : 1);
  }

  // Whether workers that keep to that keep to maxInFlight, however many calls are on offer.
  bool workersKeepTheBound() const { return maxInFlight % workers() == 0; }
};

// Assignment is a call together with the worker that is to take it.
struct Assignment {
  std::uint32_t call = 0;
  std::uint32_t worker = 0;
};

}  // namespace atelier::core
