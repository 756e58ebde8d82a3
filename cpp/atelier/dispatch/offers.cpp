#include "atelier/dispatch/offers.h"

#include <algorithm>

namespace atelier::core {

bool Offers::offerPending() {
  bool later = false;
  recallLower();
  for (Call* call = queue_.peek(); call != nullptr && mayOffer(*call); call = queue_.peek()) {
    queue_.tryDequeue();
    call->enter(OwnerState::kReady);
    calls_.pushBack(*call);
    ring_.push(*call->record);
    const WorkerChannel::State state = readiest();
    const bool isBatch = wakesLater_ && state != WorkerChannel::kParked;
    if (isBatch && ring_.unpublished() < ReadyRing::kBatch) continue;
    ring_.publish();
    if (state != WorkerChannel::kAtWork || ring_.backlog() >= kLongBacklog) {
      wakeOneFor(*call);
    } else if (!wakesLater_) {
      later = wakesLater_ = true;
    }
  }
  return later;
}

void Offers::wakeWorkers() {
  wakesLater_ = false;
  ring_.publish();
  reconcileClaims();
  Call* call = calls_.front();
  while (call != nullptr && wakeOneFor(*call)) call = calls_.after(*call);
}

void Offers::wake(Worker& worker) {
  if (!calls_.empty() && worker.channel->wake() == WorkerChannel::Wake::kMessage) {
    setToBeWoken(worker, true);
  }
}

std::optional<WorkerIndex> Offers::nextToWake() {
  const std::span<Worker> workers = executor_.workers();
  for (WorkerIndex i = 0; toWake_ > 0 && i < workers.size(); ++i) {
    if (!workers[i].isToBeWoken) continue;
    setToBeWoken(workers[i], false);
    return i;
  }
  return std::nullopt;
}

Call* Offers::wasWokenFor(const Worker& worker) {
  Call* const call = worker.wokenFor;
  const bool isOffered = call != nullptr && call->state() == OwnerState::kReady &&
                         call->record->generation == worker.wokenGeneration;
  return isOffered ? call : nullptr;
}

void Offers::forgetWorker(Worker& worker) {
  worker.wokenFor = nullptr;
  setToBeWoken(worker, false);
}

void Offers::reconcileClaims() {
  for (Call* call = calls_.front(); call != nullptr;) {
    Call* const following = calls_.after(*call);
    reconcileClaim(*call);
    call = following;
  }
}

void Offers::reconcileClaim(Call& call) {
  if (call.state() != OwnerState::kReady) return;
  const auto by = call.record->claimedBy();
  if (!by) return;
  calls_.remove(call);
  executor_.hold(call, *by);
}

void Offers::recallAll() {
  for (Call* call = calls_.back(); call != nullptr;) {
    Call* const before = calls_.before(*call);
    recall(*call);
    call = before;
  }
  reconcileClaims();
}

void Offers::remove(Call& call) {
  if (queue_.usesPriorities()) recallAfter(call);
  calls_.remove(call);
  queue_.forget(call);
}

bool Offers::areAllClaimed() {
  reconcileClaims();
  if (!calls_.empty()) {
    ring_.awaitClaims(true);
    reconcileClaims();
  }
  ring_.awaitClaims(!calls_.empty());
  return calls_.empty();
}

bool Offers::mayOffer(const Call& call) {
  if (call.arguments != ArgumentsIn::kRecord) return false;
  if (limit_ != DispatchQueue::kUnbounded && executor_.countRunning() + calls_.size() >= limit_) {
    return false;
  }
  return ring_.makeRoom();
}

// Recalls what has a lower priority than a pending call. Offers are in the queue's order, so that
// those are the last ones.
void Offers::recallLower() {
  if (!queue_.usesPriorities()) return;
  for (Call* call = calls_.back(); call != nullptr;) {
    if (call->isRetried() || !queue_.hasHigherThan(call->priority)) return;
    Call* const before = calls_.before(*call);
    recall(*call);
    call = before;
  }
}

// Returns whether no worker had claimed it.
bool Offers::recall(Call& call) {
  if (!call.record->recall()) return false;
  calls_.remove(call);
  queue_.putFront(call);
  return true;
}

// Recalls what is on offer behind a call, since it might not have been its turn without that call.
void Offers::recallAfter(const Call& call) {
  for (Call* other = calls_.back(); other != &call;) {
    Call* const before = calls_.before(*other);
    recall(*other);
    other = before;
  }
}

WorkerChannel::State Offers::readiest() {
  WorkerChannel::State state = WorkerChannel::kParked;
  for (const Worker& worker : executor_.workers()) {
    if (worker.status == WorkerStatus::kReady) state = std::min(state, worker.channel->state());
  }
  return state;
}

// Returns whether there was a worker to wake. One that sleeps is woken faster than one in its event
// loop.
bool Offers::wakeOneFor(Call& call) {
  const std::span<Worker> workers = executor_.workers();
  for (const bool sleeping : {true, false}) {
    for (Worker& worker : workers) {
      if (worker.status != WorkerStatus::kReady) continue;
      if ((worker.channel->state() == WorkerChannel::kWaiting) != sleeping) continue;
      const WorkerChannel::Wake woken = worker.channel->wake();
      if (woken == WorkerChannel::Wake::kMessage) setToBeWoken(worker, true);
      if (woken == WorkerChannel::Wake::kBusy) continue;
      worker.wokenFor = &call;
      worker.wokenGeneration = call.record->generation;
      return true;
    }
  }
  return false;
}

void Offers::setToBeWoken(Worker& worker, bool value) {
  if (worker.isToBeWoken == value) return;
  worker.isToBeWoken = value;
  toWake_ += value ? 1 : -1;
}

}  // namespace atelier::core
