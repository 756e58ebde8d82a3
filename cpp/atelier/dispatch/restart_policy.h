#pragma once

#include <algorithm>
#include <cstdint>

#include "atelier/clock.h"
#include "atelier/dispatch/task_config.h"

namespace atelier::core {

// RestartPolicy decides after crashes whether and when a task starts workers again, and when its
// calls have nobody to wait for. Owner thread only.
class RestartPolicy {
 public:
  RestartPolicy(CrashPolicy policy, std::uint32_t maxRetries)
      : policy_(policy), maxRetries_(maxRetries) {}

  // Crash is what the task knows of a worker that has crashed.
  struct Crash {
    double atMs = 0;
    bool whileStarting = false;
    bool useless = false;  // it had claimed no call, and no other worker of the task is left
  };

  // crashed() counts one more crash.
  void crashed(const Crash& crash) {
    ++crashes_;
    if (crash.useless) ++useless_;
    last_ = crash;
    if (policy_ == CrashPolicy::kFailTask) failed_ = true;
  }

  // succeeded() forgets the crashes: a worker has done its work. A failed task stays failed.
  void succeeded() { crashes_ = useless_ = 0; }

  // reset() forgets everything: the user starts the workers.
  void reset() {
    succeeded();
    failed_ = false;
  }

  // hasFailed() returns whether no worker starts any more until `reset`.
  bool hasFailed() const { return failed_; }

  // restartsAtMs() returns when a worker may be started, which may have passed; kNever if none was
  // held back. The second crash in a row and all after it space restarts out.
  double restartsAtMs() const {
    if (crashes_ < 2) return kNever;
    const std::uint32_t doublings = std::min(crashes_ - 2, 16U);
    const double spacingMs = std::min(kFirstDelayMs * (1U << doublings), kLongestDelayMs);
    return last_.atMs + spacingMs;
  }

  // holdsBack() returns whether it is not time yet.
  bool holdsBack(const Clock& clock) const {
    return crashes_ >= 2 && clock.nowMs() < restartsAtMs();
  }

  // startsOneByOne() returns whether the last worker could not start: one that is starting shows
  // first whether any can.
  bool startsOneByOne() const { return last_.whileStarting && crashes_ > 0; }

  // givesUp() returns whether to start yet another worker would be of no use to the calls that
  // wait. Precondition: no worker is there.
  bool givesUp() const {
    if (useless_ == 0) return false;
    // Under this policy the calls are in flight for the worker that could not start, and fail with
    // it.
    return (policy_ == CrashPolicy::kFailInFlight && last_.whileStarting) || useless_ > maxRetries_;
  }

  // retries() returns whether a call that a crashed worker held runs again, after so many attempts.
  bool retries(std::uint32_t attempts) const {
    return policy_ == CrashPolicy::kRequeueInFlight && attempts <= maxRetries_;
  }

 private:
  static constexpr double kFirstDelayMs = 50;
  static constexpr double kLongestDelayMs = 2000;

  CrashPolicy policy_;
  std::uint32_t maxRetries_;
  bool failed_ = false;
  std::uint32_t crashes_ = 0;  // since the last success
  std::uint32_t useless_ = 0;  // of those
  Crash last_;
};

}  // namespace atelier::core
