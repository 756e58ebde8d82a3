#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "atelier/clock.h"
#include "atelier/shared/call_record.h"
#include "atelier/span.h"

namespace atelier {

using TaskIndex = std::uint32_t;
using WorkerIndex = std::uint32_t;
using CallIndex = std::uint32_t;

struct Call;

// CallLinks are a call's neighbours in one list.
struct CallLinks {
  Call* previous = nullptr;
  Call* next = nullptr;
};

// OwnerState is how far a call has come.
enum class OwnerState : std::uint8_t {
  kCreated,   // not yet in the queue
  kWaiting,   // its caller waits for a place in the queue
  kPending,   // accepted, in the queue
  kReady,     // any worker may claim it; one may have
  kHeld,      // with a worker
  kReleased,  // its worker is done with it, but its caller is not
};

// Call is the owner's side of one dispatch, from its acceptance until no worker holds it any more.
// It does not care in which language its handler is written.
struct Call {
  CallIndex index = 0;
  TaskIndex task = 0;
  std::optional<WorkerIndex> worker;  // that holds it, or is done with it
  OwnerState state = OwnerState::kCreated;
  double priority = 0;
  std::uint64_t order = 0;  // in which calls were accepted
  std::uint32_t attemptCount = 0;
  bool inUse = false;
  bool settled = false;   // the caller has its answer; a worker may still be at it
  bool traced = false;    // it has a span (spans are on, and it was sampled)
  bool marked = false;    // its start mark is in the timeline
  bool retried = false;   // back in the queue after its worker died
  bool ready = false;     // its arguments have been taken
  bool shared = false;    // they are in the record: no message is needed
  bool finished = false;  // while a worker holds it: that is known to be done with it
  double assignedMs = 0;
  double clockOffsetMs = 0;   // from its worker's clock to the owner's, once it is over
  double stopsAtMs = kNever;  // or its worker is terminated (CancelledCalls)
  Span span;

  CallLinks turn;  // among those served alike: waiting, of one priority, on offer, or with
                   // one worker
  CallLinks age;   // among all that are pending, in the order of their acceptance, or that were
                   // cancelled with a worker

  std::unique_ptr<CallRecord> record;  // another one after a worker was lost with it
  std::uint32_t lastGeneration = 0;    // of the one before, if there is none now
};

}  // namespace atelier
