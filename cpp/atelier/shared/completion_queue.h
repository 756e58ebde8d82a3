#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "atelier/clock.h"
#include "atelier/shared/backoff.h"
#include "atelier/shared/call_record.h"
#include "atelier/shared/spin.h"

namespace atelier {

// CompletionQueue brings news from workers to their owner: records that a worker is done with, and
// that a call which the owner waits for has been claimed. The records are a stack that any worker
// pushes to and that the owner takes as a whole, so there is nothing that a dying worker could
// leave half done. The owner is woken once for all news that come until it looks.
//
// No news are lost: a worker first writes its news, then sets `signal_`, and wakes the owner if it
// was 0. The owner first sets `signal_` to 0, then reads the news, and sleeps on it only while it
// is 0. All of that is sequentially consistent, so either the owner reads the news or the worker
// finds 0. A worker may die between setting `signal_` and waking the owner; so the owner takes all
// news in once more when a worker is known to have stopped.
class CompletionQueue {
 public:
  // Worker: returns whether the owner is to be woken.
  bool push(CallRecord& record) {
    record.next = top_.load(std::memory_order_relaxed);
    while (!top_.compare_exchange_weak(record.next, &record, std::memory_order_seq_cst,
                                       std::memory_order_relaxed)) {
    }
    return signal_.exchange(1, std::memory_order_seq_cst) == 0;
  }

  // Worker: tells that it has claimed a call, for `ReadyRing::claimsAwaited`. Returns the same.
  bool tellClaim() {
    claimed_.store(true, std::memory_order_seq_cst);
    return signal_.exchange(1, std::memory_order_seq_cst) == 0;
  }

  // Owner: returns whether it is to look by itself, since that may be of use. If so workers do not
  // wake it, until `pop` or `endPolling`.
  bool beginPolling() {
    const bool polls = backoff_.tries();
    if (polls != ownerPolls()) polls_.store(polls, std::memory_order_relaxed);
    if (polls) signal_.store(1, std::memory_order_seq_cst);
    return polls;
  }

  // Owner: looks for a while. Returns whether there are news.
  bool poll(const Clock& clock) {
    const bool found = spinUntil(clock, kLongestPollMs, [this] { return hasNews(); });
    found ? backoff_.succeeded() : backoff_.failed();
    return found;
  }

  // Any thread: whether the owner looks after each call for the time being, and makes the next one
  // soon if it can.
  bool ownerPolls() const { return polls_.load(std::memory_order_relaxed); }

  // Owner: is to be woken from now on. Returns whether there are news by now.
  bool endPolling() {
    signal_.store(0, std::memory_order_seq_cst);
    return hasNews();
  }

  // Owner: the record that came first, or nullptr if there is none. Then all news are taken in.
  CallRecord* pop() {
    if (first_ == nullptr) popAll();
    CallRecord* record = first_;
    if (record != nullptr) first_ = record->next;
    return record;
  }

  // The word that the owner may sleep on: 1 from the first news until the owner takes them in, or
  // as long as it looks; else 0.
  std::atomic<std::uint32_t>& signal() { return signal_; }

 private:
  static constexpr double kLongestPollMs = 0.04;
  // Some schedulers keep two threads on one core until they have both wanted it for some ms:
  // looking is of no use before that.
  static constexpr Backoff::Options kBackoff{
      .patience = 100, .firstRest = 500, .longestRest = 8'000};

  bool hasNews() const {
    return top_.load(std::memory_order_seq_cst) != nullptr ||
           claimed_.load(std::memory_order_seq_cst);
  }

  void popAll() {
    signal_.store(0, std::memory_order_seq_cst);
    claimed_.store(false, std::memory_order_seq_cst);
    CallRecord* record = top_.exchange(nullptr, std::memory_order_seq_cst);
    while (record != nullptr) {  // the last comes first
      CallRecord* const before = record->next;
      record->next = std::exchange(first_, record);
      record = before;
    }
  }

  alignas(64) std::atomic<CallRecord*> top_{nullptr};
  std::atomic<std::uint32_t> signal_{0};
  std::atomic<bool> claimed_{false};
  std::atomic<bool> polls_{false};
  CallRecord* first_ = nullptr;  // owner
  Backoff backoff_{kBackoff};    // owner
};

}  // namespace atelier
