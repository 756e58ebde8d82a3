#pragma once

#include <cstdint>

namespace atelier {

// Backoff tells whether to try something that only pays now and then: after each failure in a row
// it is left out twice as often, up to a limit. One thread's own.
class Backoff {
 public:
  // Whether to try this time.
  bool tries() {
    if (skips_ == 0) return true;
    --skips_;
    return false;
  }

  void succeeded() { failures_ = skips_ = 0; }
  void failed() {
    if (failures_ < kMostFailures) ++failures_;
    skips_ = (1U << failures_) - 1;
  }

 private:
  static constexpr std::uint32_t kMostFailures = 4;  // from then on every sixteenth time

  std::uint32_t failures_ = 0;  // in a row
  std::uint32_t skips_ = 0;     // still to come
};

}  // namespace atelier
