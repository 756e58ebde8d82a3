#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "atelier/assert.h"
#include "atelier/cache_line.h"
#include "atelier/shared/call_record.h"
#include "atelier/shared/thread_role.h"

namespace atelier::core {

// ReadyRing is where the workers of a task find the next call by themselves, in the owner's order.
//
// What decides is the record's ticket (T2 of CallRecord): the ring only tells where to look, so a
// worker that dies at any instruction leaves nothing behind that another would have to mend.
// Lemmas:
//
// R1 (slots). The owner writes a slot and then `end_` or `published_`. A worker that has read
// either (acquire) reads that slot, and the record that it names.
//
// R2 (slots that are used again). Before the owner writes to a slot anew, all before `head_` has
// been claimed or recalled, and `next_` is not before `head_`. So a worker that read a slot at
// `at`, and then still reads `at` from `next_` (acquire), has read the slot before it was written
// anew. If it reads another position, it goes on from there.
//
// R3 (next_). It only moves on, each position once, by compare-and-swap. It is never ahead of
// `end_`. A worker that dies before it has moved it on leaves that to the next one.
// The sequentially consistent accesses are for the lemmas of WorkerChannel.
class ReadyRing {
 public:
  // How many calls can be on offer: what workers have to do while the owner is busy.
  static constexpr std::uint32_t kSize = 512;

  // So many offers are published together, as long as more of them come.
  static constexpr std::uint32_t kBatch = 64;

  // makeRoom() returns whether there is a place for another offer. It frees those at the front that
  // have been claimed or recalled.
  ATELIER_OWNER bool makeRoom() {
    const std::uint32_t before = head_;
    while (head_ != end() && !isOffer(slots_[head_ % kSize].load(std::memory_order_relaxed))) {
      ++head_;  // the slots are the owner's own
    }
    if (head_ != before) skipToHead();
    return end() - head_ < kSize;
  }

  // push() offers a record. Precondition: makeRoom().
  ATELIER_OWNER void push(CallRecord& record) {
    const std::uint32_t at = end();
    ATELIER_ASSERT(at - head_ < kSize);
    slots_[at % kSize].store(pack(record, record.offer()), std::memory_order_release);  // R1
    end_.store(at + 1, std::memory_order_seq_cst);                                      // R1, W1
  }

  // publish() shows what has been pushed to workers that are at work. Not for each offer: where a
  // worker claims them as fast as they are made, both wait for the same memory all the time.
  ATELIER_OWNER void publish() { published_.store(end(), std::memory_order_seq_cst); }  // R1, W2
  ATELIER_OWNER std::uint32_t unpublished() const {
    return end() - published_.load(std::memory_order_relaxed);  // its own
  }

  // awaitClaims() asks workers to tell the owner when they claim something, or no more. Look for
  // what has been claimed before after that.
  ATELIER_OWNER void awaitClaims(bool value) {
    if (value != claimsAwaited_.load(std::memory_order_relaxed)) {  // its own
      claimsAwaited_.store(value, std::memory_order_seq_cst);       // W6
    }
  }
  // claimsAwaited() returns whether the worker is to do that, having claimed something.
  bool claimsAwaited() const { return claimsAwaited_.load(std::memory_order_seq_cst); }  // W6

  // claimNext() claims the next call for the `worker`th of its task, if `mayClaim()` still holds
  // when one is found. Returns nullptr if there is none that has been published, or none at `all`.
  template <typename Predicate>
  ATELIER_WORKER CallRecord* claimNext(std::uint32_t worker, bool all, const Predicate& mayClaim) {
    const std::atomic<std::uint32_t>& end = all ? end_ : published_;
    std::uint32_t at = next_.load(std::memory_order_acquire);                         // R3
    while (isBefore(at, end.load(std::memory_order_acquire))) {                       // R1
      const std::uint64_t slot = slots_[at % kSize].load(std::memory_order_acquire);  // R1
      const std::uint32_t next = next_.load(std::memory_order_acquire);               // R2
      if (next != at) {
        at = next;
        continue;
      }
      CallRecord& record = *recordOf(slot);
      const std::uint64_t ticket = record.ticket();  // W3: before mayClaim()
      const bool isFree = CallRecord::isOffer(ticket) && tagOf(ticket) == tagOfSlot(slot);
      if (isFree && !mayClaim()) return nullptr;
      const bool isClaimed = isFree && record.claimAs(ticket, worker);
      if (next_.compare_exchange_strong(at, at + 1, std::memory_order_acq_rel)) ++at;  // R3
      if (isClaimed) return &record;
    }
    return nullptr;
  }

  // backlog() returns how many there may still be to claim.
  std::uint32_t backlog() const {
    const std::uint32_t next = next_.load(std::memory_order_acquire);  // R3: first, so never ahead
    return end_.load(std::memory_order_seq_cst) - next;                // W1
  }

  // hasPublished() returns whether there may be something to claim that has been published.
  bool hasPublished() const {
    const std::uint32_t next = next_.load(std::memory_order_acquire);   // R3
    return isBefore(next, published_.load(std::memory_order_seq_cst));  // W2
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
    // NOLINTNEXTLINE(performance-no-int-to-ptr): one word holds both, so that one store writes both
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
  // The owner alone writes it.
  std::uint32_t end() const { return end_.load(std::memory_order_relaxed); }

  // Has workers pass over slots that are about to be used again (R2).
  void skipToHead() {
    std::uint32_t next = next_.load(std::memory_order_relaxed);  // the next line decides
    while (isBefore(next, head_) &&
           !next_.compare_exchange_weak(next, head_, std::memory_order_acq_rel)) {
    }
  }

  // Where to look first. Workers; and the owner, so that it is never before `head_` when a slot is
  // used again.
  alignas(kCacheLine) std::atomic<std::uint32_t> next_{0};
  alignas(kCacheLine) std::atomic<std::uint32_t> published_{
      0};                                                  // owner: behind the last they know of
  alignas(kCacheLine) std::atomic<std::uint32_t> end_{0};  // owner: behind the last offer
  std::atomic<bool> claimsAwaited_{false};                 // owner
  std::uint32_t head_ = 0;                                 // owner: all before it have been taken
  std::array<std::atomic<std::uint64_t>, kSize> slots_{};
};

}  // namespace atelier::core
