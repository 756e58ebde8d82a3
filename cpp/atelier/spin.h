#pragma once

#include "atelier/backoff.h"
#include "atelier/clock.h"

namespace atelier {

// Spin looks for something without sleeping, since to be woken takes longer, and costs whoever
// wakes most of what a small call does. Where it is of no use it is rarely tried: others may need
// the core. One thread's own.
class Spin {
 public:
  explicit Spin(double longestMs) : longestMs_(longestMs) {}

  // Returns whether `happened()`, looking for a while if that may be of use.
  template <typename Predicate>
  bool until(const Clock& clock, const Predicate& happened) {
    if (happened()) return true;
    if (!backoff_.tries()) return false;
    const double endMs = clock.nowMs() + longestMs_;
    for (int turn = 0; turn < kMostTurns; ++turn) {
      for (int look = 0; look < kLooks; ++look) {
        if (!happened()) continue;
        backoff_.succeeded();
        return true;
      }
      if (clock.nowMs() >= endMs) break;
    }
    backoff_.failed();
    return false;
  }

  // Takes in that it happened so long after a look that was left out.
  void missedByMs(double ms) {
    if (ms < longestMs_) backoff_.succeeded();
  }

 private:
  static constexpr int kLooks = 64;         // between two looks at the clock, which take longer
  static constexpr int kMostTurns = 1'000;  // if the clock stands still

  double longestMs_;
  Backoff backoff_;
};

}  // namespace atelier
