#include "atelier/worker_port.h"

#include <algorithm>

namespace atelier {

WorkerPort::Wake WorkerPort::wake() {
  if (change(kWaiting, kAtWork)) {
    parts_.futex.wake(state_);
    return Wake::kAwake;
  }
  return change(kParked, kAtWork) ? Wake::kMessage : Wake::kBusy;
}

void WorkerPort::messagePosted() {
  posted_.fetch_add(1, std::memory_order_seq_cst);
  if (change(kWaiting, kAtWork)) parts_.futex.wake(state_);
}

bool WorkerPort::claim(CallRecord& record, std::uint32_t generation, const Clock& clock) {
  if (!record.claim(generation, worker_)) return false;
  ++running_;
  if (record.span != SpanId{}) record.start(clock.nowMs());
  return true;
}

CallRecord* WorkerPort::next(const Clock& clock, double waitMs) {
  state_.store(kAtWork, std::memory_order_seq_cst);
  if (running_ >= limit_) return nullptr;  // it looks again when one is done
  if (running_ > 0) waitMs = 0;
  const auto mayTake = [this] {
    return !expectsMessage() && !revoked_.load(std::memory_order_seq_cst);
  };
  for (;;) {
    if (CallRecord* record = parts_.offers.take(worker_, mayTake)) {
      ++running_;
      if (record->span != SpanId{}) record->start(clock.nowMs());
      return record;
    }
    const bool stays = !mayTake();
    const State idle = waitMs > 0 && !stays ? kWaiting : kParked;
    state_.store(idle, std::memory_order_seq_cst);
    // Whoever offers or posts from here on sees the state; what came before is seen here.
    if (idle == kWaiting) {
      if (!expectsMessage() && parts_.offers.empty()) {
        parts_.futex.wait(state_, kWaiting, waitMs);
        if (change(kWaiting, kAtWork)) waitMs = 0;  // nobody has woken it
        continue;
      }
    } else if (stays || parts_.offers.empty()) {
      return nullptr;
    }
    // There is something after all. If the owner was faster, its message comes for nothing.
    change(idle, kAtWork);
  }
}

WorkerPort::Finish WorkerPort::finish(CallRecord& record, ReplyKind reply, std::uint32_t bytes,
                                      const Clock& clock) {
  if (reply != ReplyKind::kMessage) {
    if (bytes > record.capacity - record.argumentBytes) {
      record.method->replyBytes.store(bytes, std::memory_order_relaxed);
      return Finish::kTooLarge;
    }
    std::copy_n(scratch_.data(), bytes, record.payload + record.argumentBytes);
    record.replyBytes = bytes;
  }
  --running_;
  record.reply = reply;
  if (!record.finish(record.generation, record.span != SpanId{} ? clock.nowMs() : -1)) {
    return Finish::kGone;
  }
  if (reply == ReplyKind::kMessage) return Finish::kDone;
  CompletionQueue& completions = parts_.completions;
  if (!completions.push(record)) return Finish::kDone;
  if (completions.wakesByMessage()) return Finish::kWakeOwner;
  parts_.futex.wake(completions.signal());
  return Finish::kDone;
}

}  // namespace atelier
