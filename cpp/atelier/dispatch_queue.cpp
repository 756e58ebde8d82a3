#include "atelier/dispatch_queue.h"

#include <algorithm>

namespace atelier {

void DispatchQueue::take(Call& call, std::size_t inFlight) {
  if (policy_ == QueuePolicy::kBlock && !hasRoom(inFlight)) {
    call.stage = CallStage::kWaiting;
    waiting_.pushBack(call);
  } else {
    accept(call);
  }
}

Call* DispatchQueue::overflow(std::size_t inFlight, std::size_t slots) const {
  if (policy_ == QueuePolicy::kBlock || capacity_ == kUnbounded) return nullptr;
  if (depth() + inFlight <= capacity_) return nullptr;
  if (policy_ != QueuePolicy::kDropOldest) return byAge_.back();
  Call* call = byAge_.front();
  for (std::size_t i = 0; i < slots && byAge_.after(*call) != nullptr; ++i) {
    call = byAge_.after(*call);
  }
  return call;
}

Call* DispatchQueue::admitNext(std::size_t inFlight) {
  if (waiting_.empty() || !hasRoom(inFlight)) return nullptr;
  Call* call = waiting_.popFront();
  accept(*call);
  return call;
}

Call* DispatchQueue::takeNext() {
  if (byAge_.empty()) return nullptr;
  Call* call = retried_.front();
  if (call == nullptr) {
    const bool oldestFirst = ++served_ % kOldestEvery == 0;
    call = oldestFirst ? byAge_.front() : firstByPriority();
  }
  withdraw(*call);
  return call;
}

void DispatchQueue::putBack(Call& call) {
  call.stage = CallStage::kPending;
  call.retried = true;
  retried_.pushBack(call);
  byAge_.pushBack(call);
}

void DispatchQueue::withdraw(Call& call) {
  if (call.stage == CallStage::kWaiting) {
    waiting_.remove(call);
    return;
  }
  byAge_.remove(call);
  if (call.retried) {
    retried_.remove(call);
    return;
  }
  const auto level = levelOf(call.priority);
  level->calls.remove(call);
  // The usual level stays, so that it costs no allocation.
  if (level->calls.empty() && call.priority != 0) byPriority_.erase(level);
}

// The level of this priority or, if there is none, the one that it would come before.
std::vector<DispatchQueue::Level>::iterator DispatchQueue::levelOf(double priority) {
  return std::lower_bound(
      byPriority_.begin(), byPriority_.end(), priority,
      [](const Level& level, double wanted) { return level.priority > wanted; });
}

Call* DispatchQueue::firstByPriority() const {
  for (const Level& level : byPriority_) {
    if (!level.calls.empty()) return level.calls.front();
  }
  return nullptr;
}

void DispatchQueue::accept(Call& call) {
  call.stage = CallStage::kPending;
  call.retried = false;
  auto level = levelOf(call.priority);
  if (level == byPriority_.end() || level->priority != call.priority) {
    level = byPriority_.insert(level, {.priority = call.priority, .calls = {}});
  }
  level->calls.pushBack(call);
  byAge_.pushBack(call);
}

}  // namespace atelier
