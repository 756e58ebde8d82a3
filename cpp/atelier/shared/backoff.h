#pragma once

#include <algorithm>
#include <cstdint>

namespace atelier::core {

// Backoff tells whether to try something that only pays now and then: after some failures in a row
// it is left out for a while, each time twice as long, up to a limit. One thread's own.
class Backoff {
 public:
  struct Options {
    std::uint32_t patience = 1;  // so many failures in a row
    std::uint32_t firstRest = 1;
    std::uint32_t longestRest = 16;
    std::uint32_t restAtFirst = 0;  // so many times it is left out before the first
  };

  constexpr explicit Backoff(const Options& options)
      : options_(options), rest_(options.restAtFirst) {}

  // Whether to try this time.
  bool tries() {
    if (rest_ == 0) return true;
    --rest_;
    return false;
  }

  void succeeded() { failures_ = nextRest_ = rest_ = 0; }
  void failed() {
    if (++failures_ < options_.patience) return;
    failures_ = 0;
    rest_ = std::max(nextRest_, options_.firstRest);
    nextRest_ = std::min(2 * rest_, options_.longestRest);
  }

 private:
  Options options_;
  std::uint32_t failures_ = 0;  // in a row, since the last rest
  std::uint32_t rest_;          // so many times it is left out from now on
  std::uint32_t nextRest_ = 0;
};

}  // namespace atelier::core
