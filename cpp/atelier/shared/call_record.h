#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>

#include "atelier/heap_budget.h"
#include "atelier/ids.h"
#include "atelier/shared/method.h"

namespace atelier {

// RecordState is where a call is on its way through a worker.
enum class RecordState : std::uint32_t {
  kIdle,       // not with a worker: free, or pending in its task's queue
  kOffered,    // any worker of its task may claim it
  kAssigned,   // on its way to one worker
  kRunning,    // a worker has claimed it
  kFinished,   // its handler has come to an end
  kWithdrawn,  // cancelled before a worker claimed it
};

// ReplyKind is how the end of a handler gets to the owner.
enum class ReplyKind : std::uint32_t {
  kMessage,  // the platform's message follows
  kResult,   // the payload is what the handler returned
  kError,    // the payload is what it threw
};

// SharedCallHeader is what JavaScript reads of a call by itself, on both sides
// (js/shared/call-record.js). Written by the owner before the record is handed over; by the worker
// until it is handed back.
struct SharedCallHeader {
  SpanId span;
  TraceId trace;
  const Method* method = nullptr;
  std::byte* payload = nullptr;  // the arguments, and behind them the reply
  std::uint32_t capacity = 0;    // of the payload, in bytes
  std::uint32_t argumentBytes = 0;
  std::uint32_t replyBytes = 0;
  ReplyKind reply = ReplyKind::kMessage;
  std::uint32_t index = 0;       // of the call
  std::uint32_t generation = 0;  // under which the record was handed over last
  bool transferResult = true;
};

// CallRecord is the part of a call that its owner and one worker share. The worker may die between
// any two instructions, so it takes no lock and allocates nothing: it claims the record by
// compare-and-swap on `ticket_`, which carries the generation, and writes only after that.
//
// Invariant: a worker writes a record only while the ticket says that this worker's generation is
// running. Records that a lost worker had claimed are not reused before it has stopped
// (RetireList). The memory of a record is only ever reused for records: a worker may hold a
// pointer for longer than the call, and the generation tells.
class alignas(64) CallRecord : public SharedCallHeader {
 public:
  // Owner: hands the record over to whichever worker comes first, or to one that gets a message,
  // under a new generation, which is returned.
  std::uint32_t offer() { return hand(RecordState::kOffered); }
  std::uint32_t assign() { return hand(RecordState::kAssigned); }

  // Owner: takes an offer back. Returns false if a worker has claimed it.
  bool recall() {
    std::uint64_t expected = pack(generation, RecordState::kOffered);
    return ticket_.compare_exchange_strong(expected, pack(generation, RecordState::kIdle),
                                           std::memory_order_acq_rel, std::memory_order_acquire);
  }

  // Owner: takes the record back.
  void retract() { ticket_.store(pack(generation, RecordState::kIdle), std::memory_order_relaxed); }

  // Owner: forgets the arguments. No worker may be using them any more.
  void clearArguments(HeapBudget& payloads) {
    if (block_) payloads.release(capacity);
    block_.reset();
    payload = nullptr;
    capacity = argumentBytes = 0;
  }

  // Owner: asks for cancellation. Returns true if no worker had claimed the call and now none ever
  // will; false if the handler is running or has ended.
  bool requestCancel() {
    canceledGeneration_.store(generation + 1, std::memory_order_relaxed);
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    while (isClaimable(stateOf(ticket))) {
      if (ticket_.compare_exchange_weak(ticket, pack(generation, RecordState::kWithdrawn),
                                        std::memory_order_acq_rel, std::memory_order_acquire)) {
        return true;
      }
    }
    return false;
  }

  // Owner: keeps the arguments, with room for a reply of `replyRoom` bytes behind them. Returns
  // false if there is no memory for them. Precondition: it has none yet.
  bool setArguments(std::span<const std::byte> arguments, std::uint32_t replyRoom,
                    HeapBudget& payloads);

  // Worker: claims the call as the `worker`th of its task. Returns false if there is nothing to
  // do any more: it is another's, was withdrawn, or is of another generation.
  bool claim(std::uint32_t claimed, std::uint32_t worker) {
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);
    return isClaimable(stateOf(ticket)) && generationOf(ticket) == claimed &&
           claimAs(ticket, worker);
  }

  // Worker: the same for a ticket that it has read.
  bool claimAs(std::uint64_t ticket, std::uint32_t worker) {
    return ticket_.compare_exchange_strong(
        ticket, pack(generationOf(ticket), RecordState::kRunning, worker),
        std::memory_order_seq_cst, std::memory_order_relaxed);
  }

  // Worker: stamps the handler's start, at `nowMs` of its own clock.
  void start(double nowMs) { startedMs_.store(nowMs, std::memory_order_release); }

  // Worker: hands the record back after the handler's end, at `nowMs` of its own clock (negative
  // if nobody wants to know). Returns false if the owner has taken it back by itself.
  bool finish(std::uint32_t finished, double nowMs) {
    std::uint64_t ticket = ticket_.load(std::memory_order_relaxed);
    if (stateOf(ticket) != RecordState::kRunning || generationOf(ticket) != finished) return false;
    endedMs_.store(nowMs, std::memory_order_relaxed);
    return ticket_.compare_exchange_strong(ticket,
                                           pack(finished, RecordState::kFinished, workerOf(ticket)),
                                           std::memory_order_release, std::memory_order_relaxed);
  }

  // Worker: whether cancellation was asked for. Cheap enough for an inner loop.
  bool canceled(std::uint32_t running) const {
    return canceledGeneration_.load(std::memory_order_relaxed) == running + 1;
  }

  // Owner: when the worker claimed the call, on the worker's clock; empty if it did not.
  std::optional<double> startedMs() const { return read(startedMs_); }

  // Owner: when the handler came to an end, on the worker's clock; empty if it did not.
  std::optional<double> endedMs() const {
    if (state() != RecordState::kFinished) return std::nullopt;
    return read(endedMs_);
  }

  RecordState state() const { return stateOf(ticket()); }

  // Owner: whether its worker runs it no more, or never will.
  bool isDone() const {
    const RecordState at = state();
    return at == RecordState::kFinished || at == RecordState::kWithdrawn;
  }

  // Owner: which worker has claimed the call; empty if none has.
  std::optional<std::uint32_t> claimedBy() const {
    const std::uint64_t now = ticket();
    const RecordState at = stateOf(now);
    if (at != RecordState::kRunning && at != RecordState::kFinished) return std::nullopt;
    return workerOf(now);
  }

  std::uint64_t ticket() const { return ticket_.load(std::memory_order_seq_cst); }
  static bool isOffer(std::uint64_t ticket) { return stateOf(ticket) == RecordState::kOffered; }
  static std::uint32_t generationOf(std::uint64_t ticket) {
    return static_cast<std::uint32_t>(ticket >> kGenerationShift);
  }

  // The next one in a CompletionQueue; for that alone.
  CallRecord* next = nullptr;

 private:
  static constexpr unsigned kGenerationShift = 32;
  static constexpr unsigned kWorkerShift = 8;
  static constexpr std::uint64_t kStateMask = (1U << kWorkerShift) - 1;
  static constexpr std::uint64_t kWorkerMask = 0xFFFFFF;
  static constexpr double kUnknown = -1;

  static constexpr std::uint64_t pack(std::uint32_t generation, RecordState state,
                                      std::uint32_t worker = 0) {
    return (std::uint64_t{generation} << kGenerationShift) |
           (std::uint64_t{worker} << kWorkerShift) | static_cast<std::uint64_t>(state);
  }
  static RecordState stateOf(std::uint64_t ticket) {
    return static_cast<RecordState>(ticket & kStateMask);
  }
  static std::uint32_t workerOf(std::uint64_t ticket) {
    return static_cast<std::uint32_t>((ticket >> kWorkerShift) & kWorkerMask);
  }
  static bool isClaimable(RecordState state) {
    return state == RecordState::kOffered || state == RecordState::kAssigned;
  }

  std::uint32_t hand(RecordState state) {
    startedMs_.store(kUnknown, std::memory_order_relaxed);
    endedMs_.store(kUnknown, std::memory_order_relaxed);
    reply = ReplyKind::kMessage;
    ++generation;
    ticket_.store(pack(generation, state), std::memory_order_release);
    return generation;
  }

  static std::optional<double> read(const std::atomic<double>& time) {
    const double value = time.load(std::memory_order_acquire);
    return value < 0 ? std::nullopt : std::optional<double>(value);
  }

  std::atomic<std::uint64_t> ticket_{0};
  std::atomic<double> startedMs_{kUnknown};
  std::atomic<double> endedMs_{kUnknown};
  std::atomic<std::uint32_t> canceledGeneration_{0};  // plus one, so that zero means none
  std::unique_ptr<std::byte[]> block_;                // the payload, if it does not fit below

 public:
  // How many bytes of payload need no block of their own.
  static constexpr std::size_t kInlineBytes = 136;

 private:
  std::array<std::byte, kInlineBytes> inline_{};
};

inline bool CallRecord::setArguments(std::span<const std::byte> arguments, std::uint32_t replyRoom,
                                     HeapBudget& payloads) {
  const std::size_t needed = arguments.size() + replyRoom;
  if (needed <= kInlineBytes) {
    payload = inline_.data();
    capacity = kInlineBytes;
  } else {
    if (!payloads.reserve(needed)) return false;
    block_.reset(new (std::nothrow) std::byte[needed]);
    if (!block_) {
      payloads.release(needed);
      return false;
    }
    payload = block_.get();
    capacity = static_cast<std::uint32_t>(needed);
  }
  std::copy(arguments.begin(), arguments.end(), payload);
  argumentBytes = static_cast<std::uint32_t>(arguments.size());
  return true;
}

static_assert(std::atomic<double>::is_always_lock_free);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace atelier
