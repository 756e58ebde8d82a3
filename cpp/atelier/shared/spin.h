#pragma once

#include "atelier/clock.h"

namespace atelier::core {

// Looks for something without sleeping, since to be woken takes longer, and costs whoever wakes
// most of what a small call does. Returns whether `happened()` within `longestMs`.
template <typename Predicate>
bool spinUntil(const Clock& clock, double longestMs, const Predicate& happened) {
  constexpr int kLooks = 64;         // between two looks at the clock, which take longer
  constexpr int kMostTurns = 1'000;  // if the clock stands still
  if (happened()) return true;
  const double endMs = clock.nowMs() + longestMs;
  for (int turn = 0; turn < kMostTurns; ++turn) {
    for (int look = 0; look < kLooks; ++look) {
      if (happened()) return true;
    }
    if (clock.nowMs() >= endMs) break;
  }
  return false;
}

}  // namespace atelier::core
