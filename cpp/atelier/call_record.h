#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "atelier/ids.h"

namespace atelier {

// CallPhase is where a call is on its way through a worker.
enum class CallPhase : std::uint32_t {
  kIdle,       // not with a worker: free, or pending in its task's queue
  kAssigned,   // on its way to a worker
  kRunning,    // a worker has taken it up
  kFinished,   // its handler has come to an end
  kWithdrawn,  // cancelled before the worker took it up
};

// CallRecord is the part of a call that its owner and one worker share. The worker may die between
// any two instructions, so it takes no lock and allocates nothing: it claims the record by
// compare-and-swap on `ticket_`, which carries the generation, and writes only after that.
//
// Invariant: a worker writes a record only while the ticket says that this worker's generation is
// running. Records of a worker that died are not reused before it surely has stopped (CallTable).
class alignas(64) CallRecord {
 public:
  // Owner: hands the record over under a new generation, which it returns.
  std::uint32_t assign(SpanId span, TraceId trace) {
    span_ = span;
    trace_ = trace;
    startedMs_.store(kUnknown, std::memory_order_relaxed);
    endedMs_.store(kUnknown, std::memory_order_relaxed);
    generation_ = (generation_ + 1) & kGenerationMask;
    ticket_.store(pack(generation_, CallPhase::kAssigned), std::memory_order_release);
    return generation_;
  }

  // Owner: takes the record back for another use.
  void retract() { ticket_.store(pack(generation_, CallPhase::kIdle), std::memory_order_relaxed); }

  // Owner: asks for cancellation. Returns true if the worker had not taken the call up and now
  // never will; false if the handler is running or has ended.
  bool requestCancel() {
    canceledGeneration_.store(generation_ + 1, std::memory_order_relaxed);
    std::uint32_t expected = pack(generation_, CallPhase::kAssigned);
    return ticket_.compare_exchange_strong(expected, pack(generation_, CallPhase::kWithdrawn),
                                           std::memory_order_acq_rel, std::memory_order_acquire);
  }

  // Worker: takes the call up at `nowMs` of its own clock. Returns false if there is nothing to do
  // any more: the call was withdrawn, or this message is of an earlier generation.
  bool claim(std::uint32_t generation, double nowMs) {
    std::uint32_t expected = pack(generation, CallPhase::kAssigned);
    if (!ticket_.compare_exchange_strong(expected, pack(generation, CallPhase::kRunning),
                                         std::memory_order_acq_rel, std::memory_order_relaxed)) {
      return false;
    }
    startedMs_.store(nowMs, std::memory_order_release);
    return true;
  }

  // Worker: reports that the handler has come to an end at `nowMs` of its own clock.
  void finish(std::uint32_t generation, double nowMs) {
    std::uint32_t expected = pack(generation, CallPhase::kRunning);
    if (ticket_.load(std::memory_order_relaxed) != expected) return;
    endedMs_.store(nowMs, std::memory_order_relaxed);
    ticket_.compare_exchange_strong(expected, pack(generation, CallPhase::kFinished),
                                    std::memory_order_release, std::memory_order_relaxed);
  }

  // Worker: whether cancellation was asked for. Cheap enough for an inner loop.
  bool canceled(std::uint32_t generation) const {
    return canceledGeneration_.load(std::memory_order_relaxed) == generation + 1;
  }

  // Owner: the generation that `assign` gave out last.
  std::uint32_t generation() const { return generation_; }

  // Any thread, after `assign`: the ids that the handler's context shows.
  SpanId span() const { return span_; }
  TraceId trace() const { return trace_; }

  // Owner: when the worker took the call up, on the worker's clock; empty if it did not.
  std::optional<double> startedMs() const { return read(startedMs_); }

  // Owner: when the handler came to an end, on the worker's clock; empty if it did not.
  std::optional<double> endedMs() const {
    if (phase() != CallPhase::kFinished) return std::nullopt;
    return read(endedMs_);
  }

  CallPhase phase() const {
    return static_cast<CallPhase>(ticket_.load(std::memory_order_acquire) & kPhaseMask);
  }

 private:
  static constexpr std::uint32_t kPhaseBits = 3;
  static constexpr std::uint32_t kPhaseMask = (1U << kPhaseBits) - 1;
  static constexpr std::uint32_t kGenerationMask = 0xFFFFFFFFU >> kPhaseBits;
  static constexpr double kUnknown = -1;

  static constexpr std::uint32_t pack(std::uint32_t generation, CallPhase phase) {
    return (generation << kPhaseBits) | static_cast<std::uint32_t>(phase);
  }

  static std::optional<double> read(const std::atomic<double>& time) {
    const double value = time.load(std::memory_order_acquire);
    return value < 0 ? std::nullopt : std::optional<double>(value);
  }

  std::atomic<std::uint32_t> ticket_{0};
  std::atomic<std::uint32_t> canceledGeneration_{0};  // plus one, so that zero means none
  std::atomic<double> startedMs_{kUnknown};
  std::atomic<double> endedMs_{kUnknown};
  std::uint32_t generation_ = 0;  // owner's; published by the release store of `ticket_`
  SpanId span_;
  TraceId trace_;
};

static_assert(std::atomic<double>::is_always_lock_free);
static_assert(std::atomic<std::uint32_t>::is_always_lock_free);

}  // namespace atelier
