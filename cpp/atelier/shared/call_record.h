#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>

#include "atelier/assert.h"
#include "atelier/cache_line.h"
#include "atelier/heap_budget.h"
#include "atelier/ids.h"
#include "atelier/shared/method.h"
#include "atelier/shared/thread_role.h"

namespace atelier::core {

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
// (js/shared/call-record.js). The owner writes it before it hands the record over, the worker
// before it hands the record back.
struct SharedCallHeader {
  SpanId span;
  TraceId trace;
  const Method* method = nullptr;
  std::byte* payload = nullptr;  // the arguments, and behind them, aligned, the reply
  std::uint32_t capacity = 0;    // of the payload, in bytes
  std::uint32_t argumentBytes = 0;
  std::uint32_t replyBytes = 0;
  ReplyKind reply = ReplyKind::kMessage;
  std::uint32_t index = 0;       // of the call
  std::uint32_t generation = 0;  // under which the record was handed over last
  bool transferResult = true;
};

// CallRecord is the part of a call that its owner and one worker share. The worker may die between
// any two instructions, so it takes no lock and allocates nothing.
//
// All that decides is the ticket, one word of generation, worker and state. Its life:
//
//                 offer()                claim()                finish()
//        kIdle ------------> kOffered -----------> kRunning -----------> kFinished
//           |    assign()               claim()       ^
//           +--------------> kAssigned ---------------+
//
//   The owner alone takes it elsewhere: recall() from kOffered to kIdle, requestCancel() from
//   kOffered or kAssigned to kWithdrawn, retract() from any state to kIdle.
//
// Invariant: a worker writes to a record only while the ticket says that this worker runs this
// generation.
//
// Lemmas, which the lines that rely on them name:
//
// T1 (handing over). The owner writes the header and then the ticket (release). A worker that
// claims has read that ticket (acquire), and so reads that header.
//
// T2 (one winner). claim, recall and requestCancel change the ticket by compare-and-swap from the
// same value, so one of them succeeds. No value ever comes again: each handing over has another
// generation, and a record or call that is used again goes on from the higher one of the two
// (CallTable::acquireRecord).
//
// T3 (handing back). The worker writes the reply and the time of the end, and then the ticket
// (release). An owner that has read kFinished (acquire) reads those.
//
// T4 (taking back). After retract() the worker's finish() finds another ticket and fails. What it
// wrote before that nobody reads: the memory of a record is used again only for records, and that
// of a lost worker's calls only once that worker has stopped (RetireList). The same holds for the
// payload, in which a worker writes a large reply piece by piece and may die at any of them: its
// block is freed only after the worker has handed the record back (T3) or has stopped.
//
// T5 (cancellation). The word is a hint: it carries the generation, so a late one means nothing.
// Nothing is read by virtue of it, so its order does not matter.
//
// T6 (the start). The time of the start may be read while the handler runs. It is all that is read
// then.
//
// The sequentially consistent accesses are for the lemmas of WorkerChannel (W3, W6).
class alignas(kCacheLine) CallRecord : public SharedCallHeader {
 public:
  // offer() and assign() hand the record over, to whichever worker comes first or to one that gets
  // a message, under a new generation, which they return.
  ATELIER_OWNER std::uint32_t offer() { return handOver(RecordState::kOffered); }
  ATELIER_OWNER std::uint32_t assign() { return handOver(RecordState::kAssigned); }

  // recall() takes an offer back. Returns false if a worker has claimed it.
  ATELIER_OWNER bool recall() {
    std::uint64_t expected = pack(generation, RecordState::kOffered);
    return ticket_.compare_exchange_strong(expected, pack(generation, RecordState::kIdle),
                                           std::memory_order_acq_rel,   // T2
                                           std::memory_order_acquire);  // T3
  }

  // retract() takes the record back, whatever its state.
  ATELIER_OWNER void retract() {
    ticket_.store(pack(generation, RecordState::kIdle), std::memory_order_relaxed);  // T4
  }

  // requestCancel() asks for cancellation. Returns true if no worker had claimed the call and now
  // none ever will; false if the handler is running or has ended.
  ATELIER_OWNER bool requestCancel() {
    canceledGeneration_.store(generation + 1, std::memory_order_relaxed);  // T5
    std::uint64_t ticket = ticket_.load(std::memory_order_acquire);        // T3
    while (isClaimable(stateOf(ticket))) {
      if (ticket_.compare_exchange_weak(ticket, pack(generation, RecordState::kWithdrawn),
                                        std::memory_order_acq_rel,     // T2
                                        std::memory_order_acquire)) {  // T3
        return true;
      }
    }
    return false;
  }

  // reserve() makes room for arguments of so many bytes, which the owner writes before it hands
  // the record over, and for a reply of `replyRoom` bytes behind them, unless memory is scarce.
  // Returns false if there is no memory for the arguments. Precondition: it has none yet.
  ATELIER_OWNER bool reserve(std::size_t bytes, std::uint32_t replyRoom, HeapBudget& payloads);

  // setArguments() reserves room for the arguments likewise, and keeps a copy of them.
  ATELIER_OWNER bool setArguments(std::span<const std::byte> arguments, std::uint32_t replyRoom,
                                  HeapBudget& payloads) {
    if (!reserve(arguments.size(), replyRoom, payloads)) return false;
    std::copy(arguments.begin(), arguments.end(), payload);
    return true;
  }

  // replyRoom() returns how many bytes of payload there are for the reply, at `replyAddress`.
  std::uint32_t replyRoom() const { return capacity - alignedUp(argumentBytes); }
  std::byte* replyAddress() const { return payload + alignedUp(argumentBytes); }

  // clearArguments() forgets the arguments. Precondition: no worker is using them any more.
  ATELIER_OWNER void clearArguments(HeapBudget& payloads) {
    if (block_) payloads.release(capacity);
    block_.reset();
    payload = nullptr;
    capacity = argumentBytes = 0;
  }

  // claim() claims the call for the `worker`th of its task. Returns false if there is nothing to do
  // any more: it is another's, was withdrawn, or is of another generation.
  ATELIER_WORKER bool claim(std::uint32_t claimed, std::uint32_t worker) {
    const std::uint64_t ticket = ticket_.load(std::memory_order_acquire);  // T1
    return isClaimable(stateOf(ticket)) && generationOf(ticket) == claimed &&
           claimAs(ticket, worker);
  }

  // claimAs() does the same for a ticket that the worker has read.
  ATELIER_WORKER bool claimAs(std::uint64_t ticket, std::uint32_t worker) {
    const std::uint64_t running = pack(generationOf(ticket), RecordState::kRunning, worker);
    return ticket_.compare_exchange_strong(ticket, running,
                                           std::memory_order_seq_cst,   // T1, T2, W3, W6
                                           std::memory_order_relaxed);  // nothing is read then
  }

  // start() stamps the handler's start, at `nowMs` of the worker's clock.
  ATELIER_WORKER void start(double nowMs) {
    startedMs_.store(nowMs, std::memory_order_release);  // T6
  }

  // finish() hands the record back after the handler's end, at `nowMs` of the worker's clock
  // (negative if nobody wants to know). Returns false if the owner has taken it back by itself.
  ATELIER_WORKER bool finish(std::uint32_t finished, double nowMs) {
    std::uint64_t ticket = ticket_.load(std::memory_order_relaxed);  // its own, or T4
    if (stateOf(ticket) != RecordState::kRunning || generationOf(ticket) != finished) return false;
    endedMs_.store(nowMs, std::memory_order_relaxed);  // T3
    return ticket_.compare_exchange_strong(ticket,
                                           pack(finished, RecordState::kFinished, workerOf(ticket)),
                                           std::memory_order_release,   // T3
                                           std::memory_order_relaxed);  // T4
  }

  // canceled() returns whether cancellation was asked for. Cheap enough for an inner loop.
  bool canceled(std::uint32_t running) const {
    return canceledGeneration_.load(std::memory_order_relaxed) == running + 1;  // T5
  }

  // startedMs() returns when the worker claimed the call, on the worker's clock; empty if it did
  // not.
  ATELIER_OWNER std::optional<double> startedMs() const { return read(startedMs_); }

  // keepStart() takes the time of the start over from a record whose worker was lost.
  ATELIER_OWNER void keepStart(const CallRecord& lost) {
    startedMs_.store(lost.startedMs().value_or(kUnknown), std::memory_order_relaxed);  // its own
  }

  // endedMs() returns when the handler came to an end, on the worker's clock; empty if it did not.
  ATELIER_OWNER std::optional<double> endedMs() const {
    if (state() != RecordState::kFinished) return std::nullopt;
    return read(endedMs_);
  }

  ATELIER_OWNER RecordState state() const { return stateOf(ticket()); }

  // isDone() returns whether its worker runs it no more, or never will.
  ATELIER_OWNER bool isDone() const {
    const RecordState at = state();
    return at == RecordState::kFinished || at == RecordState::kWithdrawn;
  }

  // claimedBy() returns which worker has claimed the call; empty if none has.
  ATELIER_OWNER std::optional<std::uint32_t> claimedBy() const {
    const std::uint64_t now = ticket();
    const RecordState at = stateOf(now);
    if (at != RecordState::kRunning && at != RecordState::kFinished) return std::nullopt;
    return workerOf(now);
  }

  std::uint64_t ticket() const {
    return ticket_.load(std::memory_order_seq_cst);
  }  // T1, T3, W3, W6
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

  // Arguments and replies begin where an eight-byte element may: only so are they copied by words.
  static constexpr std::uint32_t kAlignment = 8;
  static constexpr std::uint32_t alignedUp(std::uint32_t bytes) {
    return (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }

  std::uint32_t handOver(RecordState state) {
    startedMs_.store(kUnknown, std::memory_order_relaxed);  // T1
    endedMs_.store(kUnknown, std::memory_order_relaxed);    // T1
    reply = ReplyKind::kMessage;
    ++generation;
    ticket_.store(pack(generation, state), std::memory_order_release);  // T1
    return generation;
  }

  static std::optional<double> read(const std::atomic<double>& time) {
    const double value = time.load(std::memory_order_acquire);  // T6
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
  static_assert(kInlineBytes % kAlignment == 0);

 private:
  alignas(kAlignment) std::array<std::byte, kInlineBytes> inline_{};
};

inline bool CallRecord::reserve(std::size_t bytes, std::uint32_t replyRoom, HeapBudget& payloads) {
  ATELIER_ASSERT(!block_);
  // Replies that may come must not take the memory of arguments that are there.
  if (replyRoom > payloads.left() / 8) replyRoom = 0;
  argumentBytes = static_cast<std::uint32_t>(bytes);
  const std::size_t needed = std::size_t{alignedUp(argumentBytes)} + replyRoom;
  if (needed <= kInlineBytes) {
    payload = inline_.data();
    capacity = kInlineBytes;
  } else {
    if (payloads.reserve(needed)) {
      block_.reset(new (std::nothrow) std::byte[needed]);
      if (!block_) payloads.release(needed);
    }
    if (!block_) {
      argumentBytes = 0;
      return false;
    }
    payload = block_.get();
    capacity = static_cast<std::uint32_t>(needed);
  }
  return true;
}

static_assert(std::atomic<double>::is_always_lock_free);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace atelier::core
