#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "atelier/assert.h"
#include "atelier/cache_line.h"
#include "atelier/clock.h"
#include "atelier/shared/backoff.h"
#include "atelier/shared/completion_queue.h"
#include "atelier/shared/futex.h"
#include "atelier/shared/ready_ring.h"
#include "atelier/shared/thread_role.h"

namespace atelier::core {

// ChannelServices are what a worker's thread and its owner need to reach each other; the owner has
// one for each task.
struct ChannelServices {
  ReadyRing& offers;
  CompletionQueue& completions;
  Futex& futex;
};

// WorkerChannel is a worker's access to its task's calls, and how its owner wakes it. One for each
// worker's life: another worker in its place gets another channel.
//
// A worker that finds nothing to do sleeps on its channel for a moment, if calls use to come so
// soon, and then goes back to its event loop, where only a message wakes it.
//
// Invariant (docs/decisions/0016-no-wake-up-is-lost.md): if a call is pending or on offer, then a
// worker that may run it is at work or has a wake-up on its way, or an event for the owner is to
// come that makes it look at the queue.
//
// Lemmas. In each of them one side writes A and then reads B, the other writes B and then reads A.
// All four are sequentially consistent, so they have one order, and at least one side reads what
// the other has written. The lines that rely on a lemma name it.
//
// W1 (park). The worker enters kParked, and then reads how many offers there are (`end_`). The
// owner pushes an offer (`end_`), and then reads the state. So the worker sees the offer and goes
// back to work, or the owner sees kParked and posts a message.
//
// W2 (sleep). The same with kWaiting and `published_`; the owner changes the state and wakes. The
// futex compares the word with what the worker entered, so a change before it sleeps is seen too.
// The worker sleeps for kLongestSleepMs at most, and then claims offers that are not published.
//
// W3 (revoke). The owner writes `revoked_`, and then recalls all offers. A worker reads a ticket,
// then `revoked_`, and then claims by compare-and-swap of that ticket. If it read the ticket of an
// old offer, either it claims before the recall, and the owner sees that when it reconciles
// claims, or the recall comes first and the claim fails (T2 of CallRecord). If it read that of a
// new offer, that was made after `revoked_` was written, so it reads that it is revoked.
//
// W4 (messages). The owner posts a message, then counts it (`posted_`), and then reads the state.
// The worker counts what it has received, and its state carries that count. A worker that expects
// a message neither sleeps nor claims: it goes to its event loop, and is at work for the owner,
// since the message makes it look. The owner puts a parked worker to work only if that had not
// received this message yet when it parked; otherwise nothing is to come, and it stays parked.
//
// W5 (news). The worker writes its news (`top_` or `claimed_`), then sets `signal_`, and wakes the
// owner if that was 0. The owner sets `signal_` to 0, and then reads the news; it sleeps on
// `signal_` only while that is 0. So the owner reads the news or the worker finds 0.
//
// W6 (claims that are awaited). The owner writes `claimsAwaited_`, and then reads the tickets. The
// worker claims a ticket, and then reads `claimsAwaited_`. So the owner sees the claim or is told.
//
// W7 (death). A worker may die between two of these steps. Its end is an event: the owner
// reconciles claims and reads all news then, and once more when the worker is known to have
// stopped.
class alignas(kCacheLine) WorkerChannel {
 public:
  // It is that of the `worker`th of its task, which runs `limit` calls at a time at most, but for
  // those that messages bring.
  WorkerChannel(const ChannelServices& services, std::uint32_t worker, std::uint32_t limit)
      : services_(services), worker_(worker), limit_(limit) {
    ATELIER_ASSERT(limit > 0);
  }

  // Wake is how far `wake` has come.
  enum class Wake : std::uint8_t {
    kBusy,     // the worker is at work, and looks for more afterwards
    kAwake,    // it has been woken
    kMessage,  // it is in its event loop: it needs a message
  };

  // wake() makes the worker look for calls, if it is asleep.
  ATELIER_OWNER Wake wake();

  // State is what a worker is doing, the readiest first.
  enum State : std::uint32_t {
    kAtWork,   // runs a call, or looks for one
    kWaiting,  // sleeps, and looks by itself before long
    kParked,   // is in its event loop, and looks when a message has come
  };

  ATELIER_OWNER State state() const {
    return stateOf(word_.load(std::memory_order_seq_cst));  // W1, W2
  }

  // messagePosted() is told that a message is on its way to the worker, which is at work from then
  // on.
  ATELIER_OWNER void messagePosted();

  // revoke() keeps the worker from claiming calls. What is on offer then has to be recalled: the
  // worker may be about to claim that (W3).
  ATELIER_OWNER void revoke() { revoked_.store(true, std::memory_order_seq_cst); }

  // IdleStrategy is what a worker does if there is no call for it, unless it has one under way.
  enum class IdleStrategy : std::uint32_t {
    kReturn,
    kSpin,   // look for a moment, since a message may be about to come
    kSleep,  // that, and sleep for a moment: for the next call, or until the owner posts a message
  };

  // next() claims the next call. Returns nullptr if there is none: the worker is to go back to its
  // event loop.
  ATELIER_WORKER CallRecord* next(const Clock& clock, IdleStrategy idle);

  // messageReceived() is told that a message has come.
  ATELIER_WORKER void messageReceived() { ++received_; }

  // claim() claims a call that a message has brought. Returns false if it was withdrawn.
  ATELIER_WORKER bool claim(CallRecord& record, std::uint32_t generation, const Clock& clock);

  // Finish is what `finish` has done.
  enum class Finish : std::uint32_t {
    kDone,
    kTooLarge,  // nothing, since the reply does not fit: it has to be a message
    kGone,      // nothing, since the owner has taken the call back
  };

  // roomFor() returns where the worker is to write a reply of so many bytes to a call that it runs:
  // room that the owner has reserved, since the worker allocates nothing. Returns nullptr if the
  // reply does not fit; the owner reserves more for the method's later calls then, and less again
  // if replies take less than a quarter of it.
  ATELIER_WORKER std::byte* roomFor(CallRecord& record, std::uint32_t bytes);

  // finish() hands a call back. Unless the reply is a message, it is `bytes` at `from`: `scratch`,
  // or what `roomFor` has returned for them.
  ATELIER_WORKER Finish finish(CallRecord& record, ReplyKind reply, const std::byte* from,
                               std::uint32_t bytes, const Clock& clock);

  // scratch() is where the worker puts a small reply, and the small values of a large one.
  std::byte* scratch() { return scratch_.data(); }

  // In bytes.
  static constexpr std::size_t kScratchBytes = 4096;

 private:
  // An owner that has waited for a reply may well make its next call as soon as it has it.
  static constexpr double kLongestSpinMs = 0.06;
  // To be woken from a sleep on the channel is several times as fast as a message, but the event
  // loop stands still.
  static constexpr double kLongestSleepMs = 0.5;

  bool expectsMessage() const {
    const std::uint32_t posted = posted_.load(std::memory_order_seq_cst);  // W4
    return static_cast<std::int32_t>(posted - received_) > 0;
  }

  // The word is the state, and how many messages had been received when the worker came to it.
  static constexpr std::uint32_t kStateBits = 2;
  static State stateOf(std::uint32_t word) {
    return static_cast<State>(word & ((1U << kStateBits) - 1));
  }
  std::uint32_t wordOf(State state) const { return (received_ << kStateBits) | state; }

  bool isRevoked() const { return revoked_.load(std::memory_order_seq_cst); }  // W3

  // Comes to a state. It is written only when it changes: the owner reads it at each offer. Only
  // the owner takes it elsewhere, and then to kAtWork, in which the worker never sleeps.
  ATELIER_WORKER void enter(State state) {
    if (word_.load(std::memory_order_relaxed) == wordOf(state)) return;
    word_.store(wordOf(state), std::memory_order_seq_cst);  // W1, W2
  }

  ATELIER_WORKER void begin(CallRecord& record, const Clock& clock);
  static bool fits(const CallRecord& record, std::uint32_t bytes);
  static void shrinkRoom(const CallRecord& record, std::uint32_t bytes);
  bool hasWork() const;
  ATELIER_WORKER bool spin(const Clock& clock);
  ATELIER_WORKER bool sleep(const Clock& clock);
  ATELIER_WORKER void wakeOwner();

  // Any thread: puts the worker to work if it is in this state, and `applies(word)`.
  template <typename Predicate>
  bool leave(State state, const Predicate& applies);
  bool leave(State state);

  ChannelServices services_;
  std::uint32_t worker_;
  std::uint32_t limit_;
  // The worker's own.
  std::uint32_t running_ ATELIER_WORKERS = 0;
  Backoff spinBackoff_ ATELIER_WORKERS{Backoff::Options{}};
  Backoff sleepBackoff_ ATELIER_WORKERS{Backoff::Options{}};
  std::uint32_t received_ = 0;
  // Both sides read and write these.
  alignas(kCacheLine) std::atomic<std::uint32_t> posted_{0};
  std::atomic<std::uint32_t> word_{kParked};
  std::atomic<bool> revoked_{false};
  alignas(kCacheLine) std::array<std::byte, kScratchBytes> scratch_{};
};

}  // namespace atelier::core
