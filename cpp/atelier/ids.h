#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace atelier::core {

// SpanId identifies a span: W3C Trace Context's parent-id, 8 bytes, never zero once generated.
struct SpanId {
  std::uint64_t value = 0;

  friend bool operator==(const SpanId&, const SpanId&) = default;
};

// TraceId identifies a trace: W3C Trace Context's trace-id, 16 bytes, never zero once generated.
struct TraceId {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const TraceId&, const TraceId&) = default;
};

// IdGenerator makes span and trace ids that are unique across runtimes and pages, given a seed of
// real entropy. Not for secrets: the sequence can be predicted from its output.
class IdGenerator {
 public:
  using Seed = std::array<std::uint32_t, 8>;

  explicit IdGenerator(const Seed& seed) {
    for (std::size_t i = 0; i < state_.size(); ++i) {
      state_[i] = (std::uint64_t{seed[2 * i]} << 32U) | seed[2 * i + 1];
    }
    state_[0] |= 1U;  // zero alone would stay zero
    for (int i = 0; i < kWarmUp; ++i) next();
  }

  SpanId nextSpanId() { return {nonZero()}; }
  TraceId nextTraceId() { return {nonZero(), nonZero()}; }

  // Returns a number in [0, 1), for sampling decisions.
  double nextUnit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }

 private:
  std::uint64_t nonZero() {
    std::uint64_t value = next();
    while (value == 0) value = next();
    return value;
  }

  // xoshiro256** (Blackman and Vigna): the standard library's engine has 2.5 KB of state.
  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  // Until every bit of the seed shows in every bit of the state.
  static constexpr int kWarmUp = 32;

  std::array<std::uint64_t, 4> state_{};
};

}  // namespace atelier::core
