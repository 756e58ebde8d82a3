#pragma once

#include <algorithm>
#include <limits>

namespace atelier::core {

// ClockAlignment maps a worker's clock onto the owner's. Both run at the same rate from origins of
// their own, so one offset is enough. Each message between the two bounds it: what a worker stamps
// happened after the owner had sent and before the owner has received. The bounds only narrow, and
// a jump of the system clock, which neither clock shows, cannot widen them.
class ClockAlignment {
 public:
  // Starts afresh for a new worker. `estimateMs` is the offset that the platform claims (the
  // difference of the two time origins); it counts only within the bounds.
  void reset(double estimateMs) {
    estimateMs_ = estimateMs;
    lowestMs_ = -std::numeric_limits<double>::infinity();
    highestMs_ = std::numeric_limits<double>::infinity();
  }

  // Tells that the worker read `workerMs` after the owner read `sentMs`.
  void observeAfter(double sentMs, double workerMs) {
    lowestMs_ = std::max(lowestMs_, sentMs - workerMs);
  }

  // Tells that the worker read `workerMs` before the owner read `receivedMs`.
  void observeBefore(double workerMs, double receivedMs) {
    highestMs_ = std::min(highestMs_, receivedMs - workerMs);
  }

  // What is to be added to a time of the worker's.
  double offsetMs() const { return std::max(lowestMs_, std::min(estimateMs_, highestMs_)); }

 private:
  double estimateMs_ = 0;
  double lowestMs_ = -std::numeric_limits<double>::infinity();
  double highestMs_ = std::numeric_limits<double>::infinity();
};

}  // namespace atelier::core
