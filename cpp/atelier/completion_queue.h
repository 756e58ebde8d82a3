#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "atelier/backoff.h"
#include "atelier/call_record.h"
#include "atelier/clock.h"
#include "atelier/spin.h"

namespace atelier {

// CompletionQueue brings records that workers are done with back to their owner: a stack that any
// worker pushes to and that the owner takes as a whole, so there is nothing that a dying worker
// could leave half done. The owner is woken once for all that come until it looks.
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

  // Owner: returns whether it is to look by itself, since that may be of use. If so workers do not
  // wake it, until `pop` or `stopLooking`.
  bool startLooking() {
    const bool looks = backoff_.tries();
    if (looks != ownerLooks()) looks_.store(looks, std::memory_order_relaxed);
    if (looks) signal_.store(1, std::memory_order_seq_cst);
    return looks;
  }

  // Owner: looks for a while. Returns whether a record has come.
  bool look(const Clock& clock) {
    const auto hasCome = [this] { return top_.load(std::memory_order_acquire) != nullptr; };
    const bool found = spinUntil(clock, kLongestLookMs, hasCome);
    found ? backoff_.succeeded() : backoff_.failed();
    return found;
  }

  // Any thread: whether the owner looks after each call for the time being, and makes the next one
  // soon if it can.
  bool ownerLooks() const { return looks_.load(std::memory_order_relaxed); }

  // Owner: is to be woken from now on. Returns whether a record has come by now.
  bool stopLooking() {
    signal_.store(0, std::memory_order_seq_cst);
    return top_.load(std::memory_order_seq_cst) != nullptr;
  }

  // Owner: the record that came first, or nullptr if there is none.
  CallRecord* pop() {
    if (first_ == nullptr) takeAll();
    CallRecord* record = first_;
    if (record != nullptr) first_ = record->next;
    return record;
  }

  // Whether workers wake the owner by a message, not by its word. Owner sets; any thread.
  void setWakesByMessage(bool value) { wakesByMessage_.store(value, std::memory_order_relaxed); }
  bool wakesByMessage() const { return wakesByMessage_.load(std::memory_order_relaxed); }

  // The word that the owner may sleep on: 1 from the first push until the owner takes what has
  // come, or as long as it looks; else 0.
  std::atomic<std::uint32_t>& signal() { return signal_; }

 private:
  static constexpr double kLongestLookMs = 0.04;
  // Some schedulers keep two threads on one core until they have both wanted it for some ms:
  // looking is of no use before that.
  static constexpr Backoff::Options kBackoff{
      .patience = 100, .firstRest = 500, .longestRest = 8'000};

  void takeAll() {
    signal_.store(0, std::memory_order_seq_cst);
    CallRecord* record = top_.exchange(nullptr, std::memory_order_seq_cst);
    while (record != nullptr) {  // the last comes first
      CallRecord* const before = record->next;
      record->next = std::exchange(first_, record);
      record = before;
    }
  }

  alignas(64) std::atomic<CallRecord*> top_{nullptr};
  std::atomic<std::uint32_t> signal_{0};
  std::atomic<bool> wakesByMessage_{false};
  std::atomic<bool> looks_{false};
  CallRecord* first_ = nullptr;  // owner
  Backoff backoff_{kBackoff};    // owner
};

}  // namespace atelier
