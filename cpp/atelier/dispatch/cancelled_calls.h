#pragma once

#include "atelier/clock.h"
#include "atelier/dispatch/call_list.h"

namespace atelier::core {

// CancelledCalls are a task's calls that were cancelled while a worker held them, until none does.
// A worker that runs one for too long is to be terminated. Owner thread only.
class CancelledCalls {
 public:
  // A handler may go on for `terminateAfterMs` after its call was cancelled; kNever for ever.
  explicit CancelledCalls(double terminateAfterMs) : terminateAfterMs_(terminateAfterMs) {}

  // add() is told that a call that a worker holds was cancelled. The first time counts.
  void add(Call& call, const Clock& clock) {
    if (call.stopsAtMs != kNever) return;
    call.stopsAtMs = clock.nowMs() + terminateAfterMs_;
    if (call.stopsAtMs != kNever) calls_.pushBack(call);
  }

  // remove() is told that no worker holds a call any more, cancelled or not.
  void remove(Call& call) {
    if (call.stopsAtMs == kNever) return;
    call.stopsAtMs = kNever;
    calls_.remove(call);
  }

  // deadlineMs() returns when `nextOverdue` may return a call; kNever if there is none.
  double deadlineMs() const {
    if (calls_.empty()) return kNever;
    return calls_.front()->stopsAtMs;
  }

  // nextOverdue() removes and returns a call that had to stop by `atMs`, and runs on; nullptr if
  // there is none. A worker that had not claimed a call when it was cancelled never will.
  Call* nextOverdue(double atMs) {
    for (Call* call = calls_.front(); call != nullptr && call->stopsAtMs <= atMs;
         call = calls_.front()) {
      remove(*call);
      if (!call->record->isDone()) return call;
    }
    return nullptr;
  }

 private:
  double terminateAfterMs_;
  LinkedCalls<&Call::age> calls_;
};

}  // namespace atelier::core
