#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "atelier/cache_line.h"
#include "atelier/clock.h"
#include "atelier/shared/backoff.h"
#include "atelier/shared/call_record.h"
#include "atelier/shared/spin.h"
#include "atelier/shared/thread_role.h"

namespace atelier::core {

// CompletionQueue brings news from workers to their owner: records that a worker is done with, and
// that a call which the owner waits for has been claimed. The records are a stack that any worker
// pushes to and that the owner takes as a whole, so there is nothing that a dying worker could
// leave half done. The owner is woken once for all news that come until it reads them.
//
// No news are lost: W5 of WorkerChannel. What a worker wrote to a record before it pushed that, the
// owner reads after it has popped that (C1: `top_` is written by a release and read by an acquire).
class CompletionQueue {
 public:
  // push() brings a record. Returns whether the owner is to be woken.
  ATELIER_WORKER bool push(CallRecord& record) {
    record.next = top_.load(std::memory_order_relaxed);  // the next line decides
    while (!top_.compare_exchange_weak(record.next, &record,
                                       std::memory_order_seq_cst,     // C1, W5
                                       std::memory_order_relaxed)) {  // nothing is read then
    }
    return raiseSignal();
  }

  // tellClaim() tells that the worker has claimed a call (ReadyRing::claimsAwaited). Returns the
  // same.
  ATELIER_WORKER bool tellClaim() {
    claimed_.store(true, std::memory_order_seq_cst);  // W5
    return raiseSignal();
  }

  // beginPolling() returns whether the owner is to look for news by itself, since that may be of
  // use. If so workers do not wake it, until `pop` or `endPolling`.
  ATELIER_OWNER bool beginPolling() {
    const bool polls = backoff_.tries();
    if (polls != ownerPolls()) polls_.store(polls, std::memory_order_relaxed);  // a hint
    if (polls) signal_.store(1, std::memory_order_seq_cst);                     // W5
    return polls;
  }

  // poll() looks for news for a while. Returns whether there are any.
  ATELIER_OWNER bool poll(const Clock& clock) {
    const bool found = spinUntil(clock, kLongestPollMs, [this] { return hasNews(); });
    found ? backoff_.succeeded() : backoff_.failed();
    return found;
  }

  // ownerPolls() returns whether the owner looks for news after each call for the time being, and
  // makes the next call soon if it can.
  bool ownerPolls() const { return polls_.load(std::memory_order_relaxed); }  // a hint

  // endPolling() has workers wake the owner from now on. Returns whether there are news by now.
  ATELIER_OWNER bool endPolling() {
    signal_.store(0, std::memory_order_seq_cst);  // W5
    return hasNews();
  }

  // pop() returns the record that came first, or nullptr if there is none: then all news have been
  // read.
  ATELIER_OWNER CallRecord* pop() {
    if (first_ == nullptr) popAll();
    CallRecord* record = first_;
    if (record != nullptr) first_ = record->next;
    return record;
  }

  // signal() is what the owner may sleep on: 1 from the first news until the owner reads them, or
  // as long as it polls; else 0.
  std::atomic<std::uint32_t>& signal() { return signal_; }

 private:
  static constexpr double kLongestPollMs = 0.04;
  static constexpr std::uint32_t kCallsBeforePolls = 32;
  // Some schedulers keep two threads on one core until they have both wanted it for some ms: to
  // poll is of no use before that, and takes that core from the worker. A few calls do without.
  static constexpr Backoff::Options kBackoff{
      .patience = 100, .firstRest = 500, .longestRest = 8'000, .restAtFirst = kCallsBeforePolls};

  bool raiseSignal() { return signal_.exchange(1, std::memory_order_seq_cst) == 0; }  // W5

  bool hasNews() const {
    return top_.load(std::memory_order_seq_cst) != nullptr ||  // W5
           claimed_.load(std::memory_order_seq_cst);           // W5
  }

  void popAll() {
    signal_.store(0, std::memory_order_seq_cst);       // W5: before the news are read
    claimed_.store(false, std::memory_order_seq_cst);  // W5
    CallRecord* record = top_.exchange(nullptr, std::memory_order_seq_cst);  // C1, W5
    while (record != nullptr) {                                              // the last comes first
      CallRecord* const before = record->next;
      record->next = std::exchange(first_, record);
      record = before;
    }
  }

  // Workers write to these at each call, the owner when it reads news.
  alignas(kCacheLine) std::atomic<CallRecord*> top_{nullptr};
  std::atomic<std::uint32_t> signal_{0};
  std::atomic<bool> claimed_{false};
  // The owner writes to these at each call that it polls for; workers read the first.
  alignas(kCacheLine) std::atomic<bool> polls_{false};
  CallRecord* first_ = nullptr;
  Backoff backoff_{kBackoff};
};

}  // namespace atelier::core
