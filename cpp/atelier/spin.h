#pragma once

#include "atelier/clock.h"

namespace atelier {

// Spin looks for something without sleeping, since to be woken takes longer, and costs whoever
// wakes most of what a small call does. Where it is of no use it takes a tenth of the time at most:
// others may need the core. One thread's own.
class Spin {
 public:
  explicit Spin(double longestMs) : longestMs_(longestMs) {}

  // Returns whether `happened()`, looking for a while if it may.
  template <typename Predicate>
  bool until(const Clock& clock, const Predicate& happened) {
    if (happened()) return true;
    const double startMs = clock.nowMs();
    if (startMs < restsUntilMs_) return false;
    double nowMs = startMs;
    for (int turn = 0; turn < kMostTurns && nowMs < startMs + longestMs_; ++turn) {
      for (int look = 0; look < kLooks; ++look) {
        if (happened()) return true;
      }
      nowMs = clock.nowMs();
    }
    restsUntilMs_ = nowMs + kRest * longestMs_;
    return false;
  }

 private:
  static constexpr int kLooks = 64;         // between two looks at the clock, which take longer
  static constexpr int kMostTurns = 1'000;  // if the clock stands still
  static constexpr double kRest = 9;

  double longestMs_;
  double restsUntilMs_ = 0;
};

}  // namespace atelier
