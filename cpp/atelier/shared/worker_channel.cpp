#include "atelier/shared/worker_channel.h"

#include <algorithm>

#include "atelier/shared/spin.h"

namespace atelier::core {

template <typename Predicate>
bool WorkerChannel::leave(State state, const Predicate& applies) {
  std::uint32_t word = word_.load(std::memory_order_seq_cst);  // W1, W2, W4
  while (stateOf(word) == state && applies(word)) {
    const std::uint32_t left = word - state + kAtWork;
    if (word_.compare_exchange_weak(word, left, std::memory_order_seq_cst)) return true;
  }
  return false;
}

bool WorkerChannel::leave(State state) {
  return leave(state, [](std::uint32_t) { return true; });
}

WorkerChannel::Wake WorkerChannel::wake() {
  if (leave(kWaiting)) {
    services_.futex.wake(word_);
    return Wake::kAwake;
  }
  return leave(kParked) ? Wake::kMessage : Wake::kBusy;
}

void WorkerChannel::messagePosted() {
  const std::uint32_t posted = posted_.fetch_add(1, std::memory_order_seq_cst) + 1;  // W4
  if (leave(kWaiting)) services_.futex.wake(word_);
  // Not if it has received the message already, and has gone back to its event loop since.
  leave(kParked, [&](std::uint32_t word) {
    return static_cast<std::int32_t>((posted << kStateBits) - (word - kParked)) > 0;
  });
}

bool WorkerChannel::claim(CallRecord& record, std::uint32_t generation, const Clock& clock) {
  if (!record.claim(generation, worker_)) return false;
  begin(record, clock);
  return true;
}

void WorkerChannel::begin(CallRecord& record, const Clock& clock) {
  ++running_;
  if (record.span != SpanId{}) record.start(clock.nowMs());
}

CallRecord* WorkerChannel::next(const Clock& clock, IdleStrategy idle) {
  enter(kAtWork);
  if (running_ >= limit_) return nullptr;  // it looks again when one is done
  const auto mayClaim = [this] { return !expectsMessage() && !isRevoked(); };  // W3, W4
  if (running_ > 0) idle = IdleStrategy::kReturn;
  if (idle == IdleStrategy::kSpin) spin(clock);
  bool sleeps = idle == IdleStrategy::kSleep && sleepBackoff_.tries();
  for (bool all = false;; all = true) {
    if (CallRecord* record = services_.offers.claimNext(worker_, all, mayClaim)) {
      begin(*record, clock);
      const bool isAwaited = services_.offers.claimsAwaited();          // W6
      if (isAwaited && services_.completions.tellClaim()) wakeOwner();  // W5
      return record;
    }
    if (expectsMessage()) return nullptr;  // W4
    const bool revoked = isRevoked();
    // More is about to be published, unless the owner's tick takes long.
    const bool isToBeTold = idle == IdleStrategy::kSleep && !all && services_.offers.backlog() > 0;
    if (!revoked && (sleeps || isToBeTold)) {
      sleeps = sleep(clock);
      continue;
    }
    enter(kParked);
    if (isRevoked() || services_.offers.backlog() == 0) {  // W1, W3
      if (expectsMessage()) leave(kParked);                // W4
      return nullptr;
    }
    // There is something after all. If the owner was faster, its message comes for nothing.
    leave(kParked);
  }
}

bool WorkerChannel::hasWork() const {
  return services_.offers.hasPublished() || expectsMessage() || isRevoked();  // W2, W4, W3
}

// Returns whether there is something to do.
bool WorkerChannel::spin(const Clock& clock) {
  if (!spinBackoff_.tries()) return false;
  const bool found = spinUntil(clock, kLongestSpinMs, [this] { return hasWork(); });
  found ? spinBackoff_.succeeded() : spinBackoff_.failed();
  return found;
}

// Returns whether there may be something to do, or there will be soon.
bool WorkerChannel::sleep(const Clock& clock) {
  const ReadyRing& offers = services_.offers;
  const bool spins = services_.completions.ownerPolls() && offers.backlog() == 0;
  if (spins && spin(clock)) return true;
  enter(kWaiting);
  // W2
  if (!hasWork()) services_.futex.wait(word_, wordOf(kWaiting), kLongestSleepMs);
  if (!leave(kWaiting)) {
    sleepBackoff_.succeeded();
    return true;
  }
  if (hasWork() || offers.backlog() > 0) return true;
  sleepBackoff_.failed();
  return false;
}

void WorkerChannel::wakeOwner() { services_.futex.wakeOwner(services_.completions.signal()); }

// Returns whether there is room for a reply. If not, later calls are to have it.
bool WorkerChannel::fits(const CallRecord& record, std::uint32_t bytes) {
  if (bytes <= record.replyRoom()) return true;
  record.method->replyBytes.store(bytes, std::memory_order_relaxed);  // a hint
  return false;
}

// Otherwise one large reply would make all later calls reserve as much.
void WorkerChannel::shrinkRoom(const CallRecord& record, std::uint32_t bytes) {
  const std::uint32_t room = record.replyRoom();
  if (room <= CallRecord::kInlineBytes) return;
  std::atomic<std::uint32_t>& hint = record.method->replyBytes;
  const std::uint32_t hinted = hint.load(std::memory_order_relaxed);
  // If more is asked for than this call has, that is news.
  if (hinted <= room && bytes < hinted / 4) hint.store(hinted / 2, std::memory_order_relaxed);
}

std::byte* WorkerChannel::roomFor(CallRecord& record, std::uint32_t bytes) {
  return fits(record, bytes) ? record.replyAddress() : nullptr;
}

WorkerChannel::Finish WorkerChannel::finish(CallRecord& record, ReplyKind reply,
                                            const std::byte* from, std::uint32_t bytes,
                                            const Clock& clock) {
  ATELIER_ASSERT(running_ > 0);
  if (reply != ReplyKind::kMessage) {
    if (!fits(record, bytes)) return Finish::kTooLarge;
    if (from != record.replyAddress()) {
      ATELIER_ASSERT(bytes <= kScratchBytes);
      std::copy_n(from, bytes, record.replyAddress());
    }
    record.replyBytes = bytes;
  }
  shrinkRoom(record, bytes);
  --running_;
  record.reply = reply;
  if (!record.finish(record.generation, record.span != SpanId{} ? clock.nowMs() : -1)) {
    return Finish::kGone;
  }
  if (reply == ReplyKind::kMessage) return Finish::kDone;
  if (services_.completions.push(record)) wakeOwner();  // W5
  return Finish::kDone;
}

}  // namespace atelier::core
