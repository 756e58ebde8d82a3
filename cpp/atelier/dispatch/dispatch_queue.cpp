#include "atelier/dispatch/dispatch_queue.h"

#include <utility>

namespace atelier {

void DispatchQueue::enqueue(Call& call, std::size_t inFlight) {
  usesPriorities_ = usesPriorities_ || call.priority != 0;
  if (policy_ == QueuePolicy::kBlock && !hasRoom(inFlight)) {
    call.state = OwnerState::kWaiting;
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

Call* DispatchQueue::peek() const {
  if (byAge_.empty()) return nullptr;
  if (Call* call = retried_.front()) return call;
  const bool oldestFirst = (served_ + 1) % kOldestEvery == 0;
  return oldestFirst ? byAge_.front() : firstByPriority();
}

Call* DispatchQueue::tryDequeue() {
  Call* call = peek();
  if (call == nullptr) return nullptr;
  if (!call->retried) ++served_;
  withdraw(*call);
  return call;
}

void DispatchQueue::putFront(Call& call) {
  call.state = OwnerState::kPending;
  forget(call);
  if (call.retried) {
    retried_.pushFront(call);
  } else {
    levelFor(call.priority).calls.pushFront(call);
  }
  Call* younger = byAge_.front();
  while (younger != nullptr && younger->order < call.order) younger = byAge_.after(*younger);
  byAge_.insertBefore(younger, call);
}

void DispatchQueue::putBack(Call& call) {
  call.state = OwnerState::kPending;
  call.retried = true;
  call.order = ++accepted_;
  retried_.pushBack(call);
  byAge_.pushBack(call);
}

void DispatchQueue::withdraw(Call& call) {
  if (call.state == OwnerState::kWaiting) {
    waiting_.remove(call);
    return;
  }
  byAge_.remove(call);
  if (call.retried) {
    retried_.remove(call);
    return;
  }
  std::unique_ptr<Level>& level = placeOf(call.priority);
  level->calls.remove(call);
  // The usual level stays, so that it costs no allocation.
  if (level->calls.empty() && call.priority != 0) level = std::move(level->lower);
}

// Where the level of this priority is, or would have to be.
std::unique_ptr<DispatchQueue::Level>& DispatchQueue::placeOf(double priority) {
  std::unique_ptr<Level>* place = &highest_;
  while (*place && (*place)->priority > priority) place = &(*place)->lower;
  return *place;
}

Call* DispatchQueue::firstByPriority() const {
  const Level* level = highest_.get();
  while (level != nullptr && level->calls.empty()) level = level->lower.get();
  return level != nullptr ? level->calls.front() : nullptr;
}

void DispatchQueue::accept(Call& call) {
  call.state = OwnerState::kPending;
  call.retried = false;
  call.order = ++accepted_;
  levelFor(call.priority).calls.pushBack(call);
  byAge_.pushBack(call);
}

DispatchQueue::Level& DispatchQueue::levelFor(double priority) {
  std::unique_ptr<Level>& place = placeOf(priority);
  if (!place || place->priority != priority) {
    auto level = std::make_unique<Level>();
    level->priority = priority;
    level->lower = std::move(place);
    place = std::move(level);
  }
  return *place;
}

}  // namespace atelier
