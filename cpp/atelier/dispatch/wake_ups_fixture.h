#pragma once

// A worker with an event loop, and the messages between it and its owner, for wake_ups_test.cpp.

#include <chrono>
#include <map>
#include <optional>
#include <thread>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier::core::testing {

using Time = std::chrono::steady_clock::time_point;

inline constexpr std::chrono::seconds kStuck{10};

// What calls are of: a gated one ends when it is released.
inline const Method kPlain;
inline const Method kGated;

inline void loiter(Random& random) {
  const unsigned turns = random.below(4) == 0 ? random.below(100) : 0;
  for (unsigned i = 0; i < turns; ++i) static_cast<void>(std::chrono::steady_clock::now());
}

struct ToWorker {
  enum class Kind { kWake, kCall, kRelease, kEnd } kind;
  CallIndex call = 0;
  CallRecord* record = nullptr;
  std::uint32_t generation = 0;
};

struct ToOwner {
  enum class Kind { kSignal, kReady, kReply } kind;
  WorkerIndex worker = 0;
  CallIndex call = 0;
  std::uint32_t generation = 0;
};

// A futex that wakes the owner by a message to its event loop.
class LoopFutex final : public Futex {
 public:
  explicit LoopFutex(Inbox<ToOwner>& owner) : owner_(owner) {}
  void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
            double timeoutMs) override {
    threads_.wait(word, expected, timeoutMs);
  }
  void wake(const std::atomic<std::uint32_t>& word) override { threads_.wake(word); }
  void wakeOwner(const std::atomic<std::uint32_t>& /*signal*/) override {
    owner_.post({.kind = ToOwner::Kind::kSignal});
  }

 private:
  ThreadFutex threads_;
  Inbox<ToOwner>& owner_;
};

// A worker, as js/worker/call-loop.js is one: some handlers end at once, others later.
class LoopWorker {
 public:
  LoopWorker(WorkerChannel& channel, WorkerIndex index, Inbox<ToOwner>& owner, unsigned seed)
      : channel_(channel), index_(index), owner_(owner), random_(seed), thread_([this] {
          run();
        }) {}
  ~LoopWorker() { thread_.join(); }

  Inbox<ToWorker> inbox;
  const WorkerChannel& channel() const { return channel_; }

 private:
  void run() {
    owner_.post({.kind = ToOwner::Kind::kReady, .worker = index_});
    for (;;) {
      const Time time =
          later_.empty() ? std::chrono::steady_clock::now() + 10 * kStuck : later_.begin()->first;
      const auto message = inbox.takeUntil(time);
      if (!message && later_.empty()) return;  // the owner is stuck, and says so
      if (!message) {
        CallRecord& record = *later_.begin()->second;
        later_.erase(later_.begin());
        end(record);
        claimAll(WorkerChannel::IdleStrategy::kSleep);
      } else if (message->kind == ToWorker::Kind::kEnd) {
        return;
      } else {
        receive(*message);
      }
    }
  }

  void receive(const ToWorker& message) {
    channel_.messageReceived();
    if (message.kind == ToWorker::Kind::kRelease) {
      const auto gated = gated_.extract(message.call);
      if (gated) end(*gated.mapped());
    }
    const bool isCall = message.kind == ToWorker::Kind::kCall;
    if (isCall) {
      if (channel_.claim(*message.record, message.generation, clock_))
        begin(*message.record);
      else
        reply(message.call, message.generation);
    }
    claimAll(isCall ? WorkerChannel::IdleStrategy::kSpin : WorkerChannel::IdleStrategy::kReturn);
  }

  void claimAll(WorkerChannel::IdleStrategy idle) {
    while (CallRecord* record = channel_.next(clock_, idle)) {
      idle = begin(*record) ? WorkerChannel::IdleStrategy::kReturn
                            : WorkerChannel::IdleStrategy::kSleep;
    }
  }

  // Returns whether the handler ends later.
  bool begin(CallRecord& record) {
    clock_.advance(0.01);
    loiter(random_);
    if (record.method == &kGated) {
      gated_[record.index] = &record;
      return true;
    }
    if (random_.below(4) != 0) {
      end(record);
      return false;
    }
    later_.emplace(std::chrono::steady_clock::now() + std::chrono::microseconds(random_.below(400)),
                   &record);
    return true;
  }

  void end(CallRecord& record) {
    const CallIndex call = record.index;
    const std::uint32_t generation = record.generation;
    const bool isMessage = random_.below(3) == 0;
    channel_.finish(record, isMessage ? ReplyKind::kMessage : ReplyKind::kResult,
                    channel_.scratch(), 0, clock_);
    if (isMessage) reply(call, generation);
  }

  void reply(CallIndex call, std::uint32_t generation) {
    loiter(random_);
    owner_.post({.kind = ToOwner::Kind::kReply, .call = call, .generation = generation});
  }

  WorkerChannel& channel_;
  WorkerIndex index_;
  Inbox<ToOwner>& owner_;
  Random random_;
  ManualClock clock_;
  std::multimap<Time, CallRecord*> later_;
  std::map<CallIndex, CallRecord*> gated_;
  std::thread thread_;
};

}  // namespace atelier::core::testing
