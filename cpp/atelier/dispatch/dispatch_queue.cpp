#include "atelier/dispatch/dispatch_queue.h"

namespace atelier::core {

void DispatchQueue::enqueue(Call& call, std::size_t inFlight) {
  usesPriorities_ = usesPriorities_ || call.priority != 0;
  if (policy_ == QueuePolicy::kBlock && !hasRoom(inFlight)) {
    if (waitingByAge_.empty()) admitted_ = 0;
    call.enter(OwnerState::kWaiting);
    waitingByAge_.pushBack(call);
    waitingByPriority_.pushBack(call);
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
  if (waitingByAge_.empty() || !hasRoom(inFlight)) return nullptr;
  Call* call = turnOf(waitingByAge_, waitingByPriority_, ++admitted_);
  withdraw(*call);
  accept(*call);
  return call;
}

Call* DispatchQueue::peek() const {
  if (byAge_.empty()) return nullptr;
  if (Call* call = retried_.front()) return call;
  return turnOf(byAge_, byPriority_, served_ + 1);
}

Call* DispatchQueue::tryDequeue() {
  Call* call = peek();
  if (call == nullptr) return nullptr;
  if (!call->isRetried()) ++served_;
  withdraw(*call);
  return call;
}

void DispatchQueue::putFront(Call& call) {
  call.enter(OwnerState::kPending);
  forget(call);
  if (call.isRetried()) {
    retried_.pushFront(call);
  } else {
    byPriority_.pushFront(call);
  }
  Call* younger = byAge_.front();
  while (younger != nullptr && younger->order < call.order) younger = byAge_.after(*younger);
  byAge_.insertBefore(younger, call);
}

void DispatchQueue::putBack(Call& call) {
  call.enter(OwnerState::kPending);
  ATELIER_ASSERT(call.isRetried() && !call.settled);
  call.order = ++accepted_;
  retried_.pushBack(call);
  byAge_.pushBack(call);
}

void DispatchQueue::withdraw(Call& call) {
  if (call.state() == OwnerState::kWaiting) {
    waitingByAge_.remove(call);
    waitingByPriority_.remove(call);
    return;
  }
  byAge_.remove(call);
  if (call.isRetried()) {
    retried_.remove(call);
  } else {
    byPriority_.remove(call);
  }
}

void DispatchQueue::accept(Call& call) {
  call.enter(OwnerState::kPending);
  call.order = ++accepted_;
  byPriority_.pushBack(call);
  byAge_.pushBack(call);
}

}  // namespace atelier::core
