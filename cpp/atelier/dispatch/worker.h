#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "atelier/dispatch/call_list.h"
#include "atelier/shared/worker_channel.h"
#include "atelier/timeline/clock_alignment.h"

namespace atelier::core {

enum class WorkerStatus : std::uint8_t {
  kAbsent,    // not started, or ended
  kStarting,  // its script is loading, or its thread is being set up
  kReady,     // takes calls
  kStopping,  // takes no more calls and ends after those that it has
};

// Worker is the owner's view of one worker of a task. The platform starts and ends the real one.
struct Worker {
  // hold() gives the worker a call. `self` is the worker's own index.
  void hold(Call& call, WorkerIndex self) {
    call.enter(OwnerState::kHeld);
    call.worker = self;
    ++call.attemptCount;
    calls.pushBack(call);
  }

  // release() takes a call that it holds from it.
  void release(Call& call) {
    (call.state() == OwnerState::kFinished ? finished : calls).remove(call);
  }

  // countRunning() counts the calls that it has to run, or runs, and moves those that it has
  // finished to the others: in a long tick of the owner there may be many, so each is looked at
  // once.
  std::size_t countRunning() {
    for (Call* call = calls.front(); call != nullptr;) {
      Call* const following = calls.after(*call);
      if (call->record->isDone()) {
        calls.remove(*call);
        call->enter(OwnerState::kFinished);
        finished.pushBack(*call);
      }
      call = following;
    }
    return calls.size();
  }

  std::size_t held() const { return calls.size() + finished.size(); }

  WorkerStatus status = WorkerStatus::kAbsent;
  CallList calls;     // on their way to it, running, or withdrawn and not released
  CallList finished;  // what comes of them is still on its way
  ClockAlignment clock;
  std::unique_ptr<WorkerChannel> channel;      // from its start to its end
  const WorkerChannel* lostChannel = nullptr;  // that of the worker before
  double idleSinceMs = 0;  // while it is ready and holds no call (if the task has an idle timeout)
  std::size_t inFlight = 0;  // calls that it runs, or is about to claim (Task::countInFlight)
  bool isToBeWoken = false;  // by a message
  Call* wokenFor = nullptr;  // the call on offer that it was woken for last, which it or
  std::uint32_t wokenGeneration = 0;  // another may have claimed since
};

}  // namespace atelier::core
