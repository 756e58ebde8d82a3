#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "atelier/shared/call_record.h"

namespace atelier {

// ReadyRing is where the workers of a task find the next call by themselves, in the owner's order.
// What decides is the record's ticket, by compare-and-swap: the ring only tells where to look, so a
// worker that dies at any instruction leaves nothing behind that another would have to mend.
class ReadyRing {
 public:
  // How many calls can be on offer: what workers have to do while the owner is busy.
  static constexpr std::uint32_t kSize = 512;

  // So many offers are published together, as long as more of them come.
  static constexpr std::uint32_t kBatch = 64;

  // Owner: whether there is a place for another offer.
  bool makeRoom() {
    const std::uint32_t before = head_;
    while (head_ != end() && !isOffer(slots_[head_ % kSize].load(std::memory_order_relaxed))) {
      ++head_;
    }
    if (head_ != before) skipToHead();
    return end() - head_ < kSize;
  }

  // Owner: offers a record. Precondition: makeRoom().
  void push(CallRecord& record) {
    const std::uint32_t at = end();
    slots_[at % kSize].store(pack(record, record.offer()), std::memory_order_release);
    // Sequentially consistent, as are the states of workers: either the worker that is about to
    // sleep sees the offer, or the owner sees that it sleeps.
    end_.store(at + 1, std::memory_order_seq_cst);
  }

  // Owner: shows what has been pushed to workers that are at work. Not for each offer: where a
  // worker takes them as fast as they are made, both wait for the same memory all the time.
  void publish() { published_.store(end(), std::memory_order_seq_cst); }
  std::uint32_t unpublished() const { return end() - published_.load(std::memory_order_relaxed); }

  // Owner: asks workers to tell the owner when they claim something, or no more. What has been
  // claimed before is to be looked for after that.
  void awaitClaims(bool value) {
    if (value != claimsAwaited_.load(std::memory_order_relaxed)) {
      claimsAwaited_.store(value, std::memory_order_seq_cst);
    }
  }
  // Worker: whether it is to, having claimed something.
  bool claimsAwaited() const { return claimsAwaited_.load(std::memory_order_seq_cst); }

  // Worker: claims the next call as the `worker`th of its task, if `mayClaim()` still holds when
  // one is found; nullptr if there is none that has been published, or none at `all`.
  template <typename Predicate>
  CallRecord* claimNext(std::uint32_t worker, bool all, const Predicate& mayClaim) {
    const std::atomic<std::uint32_t>& end = all ? end_ : published_;
    std::uint32_t at = next_.load(std::memory_order_acquire);
    while (isBefore(at, end.load(std::memory_order_acquire))) {
      const std::uint64_t slot = slots_[at % kSize].load(std::memory_order_acquire);
      // Otherwise the slot may have been read when it was used again, out of turn.
      const std::uint32_t next = next_.load(std::memory_order_acquire);
      if (next != at) {
        at = next;
        continue;
      }
      CallRecord& record = *recordOf(slot);
      // In this order: what the owner has done to a worker before it made an offer is seen once
      // that is seen; and what was on offer before, it has recalled if it matters.
      const std::uint64_t ticket = record.ticket();
      const bool free = CallRecord::isOffer(ticket) && tagOf(ticket) == tagOfSlot(slot);
      if (free && !mayClaim()) return nullptr;
      const bool taken = free && record.claimAs(ticket, worker);
      if (next_.compare_exchange_strong(at, at + 1, std::memory_order_acq_rel)) ++at;
      if (taken) return &record;
    }
    return nullptr;
  }

  // Any thread: how many there may still be to take.
  std::uint32_t backlog() const {
    const std::uint32_t next = next_.load(std::memory_order_acquire);  // first: it is never ahead
    return end_.load(std::memory_order_seq_cst) - next;
  }

  // Worker: whether there may be something to take that has been published.
  bool hasPublished() const {
    const std::uint32_t next = next_.load(std::memory_order_acquire);
    return isBefore(next, published_.load(std::memory_order_seq_cst));
  }

 private:
  // A slot is a record's address and as much of its generation as there is room for.
  static constexpr unsigned kTagBits = sizeof(void*) == 4 ? 32 : 16;
  static constexpr std::uint64_t kTagMask = (std::uint64_t{1} << kTagBits) - 1;

  static std::uint64_t pack(CallRecord& record, std::uint32_t generation) {
    return (std::uint64_t{reinterpret_cast<std::uintptr_t>(&record)} << kTagBits) |
           (generation & kTagMask);
  }
  static CallRecord* recordOf(std::uint64_t slot) {
    return reinterpret_cast<CallRecord*>(static_cast<std::uintptr_t>(slot >> kTagBits));
  }
  static std::uint64_t tagOfSlot(std::uint64_t slot) { return slot & kTagMask; }
  static std::uint64_t tagOf(std::uint64_t ticket) {
    return CallRecord::generationOf(ticket) & kTagMask;
  }
  static bool isOffer(std::uint64_t slot) {
    const std::uint64_t ticket = recordOf(slot)->ticket();
    return CallRecord::isOffer(ticket) && tagOf(ticket) == tagOfSlot(slot);
  }
  static bool isBefore(std::uint32_t at, std::uint32_t end) {
    return static_cast<std::int32_t>(end - at) > 0;
  }
  std::uint32_t end() const { return end_.load(std::memory_order_relaxed); }

  // Has workers pass over slots that are about to be used again.
  void skipToHead() {
    std::uint32_t next = next_.load(std::memory_order_relaxed);
    while (isBefore(next, head_) &&
           !next_.compare_exchange_weak(next, head_, std::memory_order_acq_rel)) {
    }
  }

  // Where to look first. Workers; and the owner, so that it is never before `head_` when a slot is
  // used again.
  alignas(64) std::atomic<std::uint32_t> next_{0};
  alignas(64) std::atomic<std::uint32_t> published_{0};  // owner: behind the last they know of
  alignas(64) std::atomic<std::uint32_t> end_{0};        // owner: behind the last offer
  std::atomic<bool> claimsAwaited_{false};               // owner
  std::uint32_t head_ = 0;                               // owner: all before it have been taken
  std::array<std::atomic<std::uint64_t>, kSize> slots_{};
};

}  // namespace atelier
