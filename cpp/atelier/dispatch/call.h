#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "atelier/assert.h"
#include "atelier/clock.h"
#include "atelier/dispatch/owner_state.h"
#include "atelier/shared/call_record.h"
#include "atelier/span.h"

namespace atelier::core {

using TaskIndex = std::uint32_t;
using WorkerIndex = std::uint32_t;
using CallIndex = std::uint32_t;

struct Call;

// CallLinks are a call's neighbours in one list.
struct CallLinks {
  Call* previous = nullptr;
  Call* next = nullptr;
};

// ArgumentsIn is where a call's arguments are.
enum class ArgumentsIn : std::uint8_t {
  kCaller,   // they have not been taken yet
  kMessage,  // the platform has them, for a message
  kRecord,   // any worker finds them there: no message is needed
};

// SpanEntries is what the timeline has of a call's span.
enum class SpanEntries : std::uint8_t {
  kNone,     // nothing, ever: spans are off, or it was not sampled
  kMeasure,  // a measure, once it ends
  kMarks,    // that, and a mark at its start
};

// Call is the owner's side of one dispatch, from its acceptance until no worker holds it any more.
// It does not care in which language its handler is written.
struct Call {
  CallIndex index = 0;
  TaskIndex task = 0;
  std::optional<WorkerIndex> worker;  // that holds it, or is done with it
  ArgumentsIn arguments = ArgumentsIn::kCaller;
  SpanEntries entries = SpanEntries::kNone;
  bool settled = false;  // its caller has its answer; a worker may still be at it
  double priority = 0;
  std::uint64_t order = 0;         // in which calls were accepted
  std::uint32_t attemptCount = 0;  // how often a worker has held it
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

  OwnerState state() const { return state_; }
  void enter(OwnerState next) {
    ATELIER_ASSERT(mayFollow(state_, next));
    state_ = next;
  }

  // isHeld() returns whether a worker holds it, done or not.
  bool isHeld() const { return state_ == OwnerState::kHeld || state_ == OwnerState::kFinished; }

  // isRetried() returns whether it is to run once more. Precondition: no worker holds it.
  bool isRetried() const { return attemptCount > 0; }

 private:
  OwnerState state_ = OwnerState::kCreated;
};

}  // namespace atelier::core
