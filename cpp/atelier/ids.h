#pragma once

#include <array>
#include <cstdint>
#include <random>

namespace atelier {

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
    std::seed_seq sequence(seed.begin(), seed.end());
    engine_.seed(sequence);
  }

  SpanId nextSpanId() { return {nonZero()}; }
  TraceId nextTraceId() { return {nonZero(), nonZero()}; }

  // Returns a number in [0, 1), for sampling decisions.
  double nextUnit() { return static_cast<double>(engine_() >> 11U) * 0x1.0p-53; }

 private:
  std::uint64_t nonZero() {
    std::uint64_t value = engine_();
    while (value == 0) value = engine_();
    return value;
  }

  std::mt19937_64 engine_;
};

}  // namespace atelier
