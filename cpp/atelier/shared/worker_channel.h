#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "atelier/clock.h"
#include "atelier/shared/backoff.h"
#include "atelier/shared/completion_queue.h"
#include "atelier/shared/futex.h"
#include "atelier/shared/ready_ring.h"

namespace atelier {

// What a worker's thread and its owner need to reach each other; the owner has one for each task.
struct ChannelServices {
  ReadyRing& offers;
  CompletionQueue& completions;
  Futex& futex;
};

// WorkerChannel is a worker's access to its task's calls, and how its owner wakes it. One for each
// worker's life: another worker in its place gets another channel.
//
// A worker that finds nothing to do sleeps on its channel for a moment, if calls use to come so
// soon, and then goes back to its event loop, where only a message wakes it. Messages are counted,
// so that it neither sleeps nor takes calls while one is on its way.
//
// No wake-up is lost: a worker enters a state, and then looks for offers, messages and its
// revocation once more; the owner writes those first, and then reads the state. All of it is
// sequentially consistent, so one of the two sees the other
// (docs/decisions/0016-no-wake-up-is-lost.md, rule 2).
class alignas(64) WorkerChannel {
 public:
  // The `worker`th of its task; it runs `limit` calls at a time at most, but for those that
  // messages bring.
  WorkerChannel(const ChannelServices& services, std::uint32_t worker, std::uint32_t limit)
      : services_(services), worker_(worker), limit_(limit) {}

  // How far `wake` has come.
  enum class Wake : std::uint8_t {
    kBusy,     // the worker is at work, and looks for more afterwards
    kAwake,    // it has been woken
    kMessage,  // it is in its event loop: it needs a message
  };

  // Owner: makes the worker look for calls, if it is asleep.
  Wake wake();

  // What a worker is doing, the readiest first.
  enum State : std::uint32_t {
    kAtWork,   // runs a call, or looks for one
    kWaiting,  // sleeps, and looks by itself before long
    kParked,   // is in its event loop, and looks when a message has come
  };

  // Owner.
  State state() const { return stateOf(word_.load(std::memory_order_seq_cst)); }

  // Owner: takes in that a message is on its way to the worker, which is at work from then on.
  void messagePosted();

  // Owner: keeps the worker from taking calls, or lets it again. What is on offer then has to be
  // recalled: the worker may be about to take that.
  void revoke() { revoked_.store(true, std::memory_order_seq_cst); }
  void restore() { revoked_.store(false, std::memory_order_seq_cst); }

  // What a worker does if there is no call for it, unless it has one under way.
  enum class IdleStrategy : std::uint32_t {
    kReturn,
    kSpin,   // look for a moment, since a message may be about to come
    kSleep,  // that, and sleep for a moment: for the next call, or until the owner posts a message
  };

  // Worker: claims the next call. Returns nullptr if there is none: the worker is to go back to
  // its event loop.
  CallRecord* next(const Clock& clock, IdleStrategy idle);

  // Worker: takes in that a message has come.
  void messageReceived() { ++received_; }

  // Worker: claims a call that a message has brought. Returns false if it was withdrawn.
  bool claim(CallRecord& record, std::uint32_t generation, const Clock& clock);

  // What `finish` has done.
  enum class Finish : std::uint32_t {
    kDone,
    kTooLarge,  // nothing, since the reply does not fit: it has to be a message
    kGone,      // nothing, since the owner has taken the call back
  };

  // Worker: hands a call back, with the first `bytes` of `scratch` as the reply unless that is a
  // message.
  Finish finish(CallRecord& record, ReplyKind reply, std::uint32_t bytes, const Clock& clock);

  // Worker: where it puts a reply.
  std::byte* scratch() { return scratch_.data(); }

  // Payloads are no larger, in bytes.
  static constexpr std::size_t kScratchBytes = 4096;

 private:
  // An owner that has waited for a reply may well make its next call as soon as it has it.
  static constexpr double kLongestSpinMs = 0.06;
  // A wake-up from there is several times as fast as a message, but the event loop stands still.
  static constexpr double kLongestSleepMs = 0.5;

  bool expectsMessage() const {
    const std::uint32_t posted = posted_.load(std::memory_order_seq_cst);
    return static_cast<std::int32_t>(posted - received_) > 0;
  }

  // The word is the state, and how many messages had been received when the worker came to it.
  static constexpr std::uint32_t kStateBits = 2;
  static State stateOf(std::uint32_t word) {
    return static_cast<State>(word & ((1U << kStateBits) - 1));
  }
  std::uint32_t wordOf(State state) const { return (received_ << kStateBits) | state; }

  // Worker: comes to a state. It is written only when it changes: the owner reads it at each offer.
  void enter(State state) {
    if (word_.load(std::memory_order_relaxed) == wordOf(state)) return;
    word_.store(wordOf(state), std::memory_order_seq_cst);
  }

  void begin(CallRecord& record, const Clock& clock);
  bool hasWork() const;
  bool spin(const Clock& clock);
  bool sleep(const Clock& clock);
  void wakeOwner();

  // Any thread: puts the worker to work if it is in this state, and `applies(word)`.
  template <typename Predicate>
  bool leave(State state, const Predicate& applies);
  bool leave(State state);

  ChannelServices services_;
  std::uint32_t worker_;
  std::uint32_t limit_;
  std::uint32_t running_ = 0;                         // worker
  Backoff spinBackoff_{Backoff::Options{}};           // worker
  Backoff sleepBackoff_{Backoff::Options{}};          // worker
  std::uint32_t received_ = 0;                        // worker
  alignas(64) std::atomic<std::uint32_t> posted_{0};  // owner
  std::atomic<std::uint32_t> word_{kParked};
  std::atomic<bool> revoked_{false};
  alignas(64) std::array<std::byte, kScratchBytes> scratch_{};
};

}  // namespace atelier
