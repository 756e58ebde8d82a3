#pragma once

#include <cstddef>
#include <optional>

#include "atelier/dispatch/dispatch_queue.h"
#include "atelier/dispatch/executor.h"
#include "atelier/shared/ready_ring.h"

namespace atelier::core {

// Offers are the calls of a task that any of its workers may claim. They leave the queue for the
// ring that workers read, in the queue's order, and wake workers as far as that is needed. An offer
// that no worker has claimed can be recalled, and then is in its old place in the queue. Owner
// thread only.
//
// That a worker has claimed a call shows in the call's record alone, until `reconcileClaims`.
class Offers {
 public:
  // There are at most `limit` calls on offer and on workers.
  Offers(std::size_t limit, DispatchQueue& queue, Executor& executor)
      : limit_(limit), queue_(queue), executor_(executor) {}

  // ring() is what workers read.
  ReadyRing& ring() { return ring_; }

  // offerPending() offers pending calls as far as workers may claim them, and wakes a worker if
  // none is at work: one may well do for all the calls of a moment. Returns whether `wakeWorkers`
  // is to be called, once, when the running code has made all its calls.
  bool offerPending();

  // wakeWorkers() publishes all offers, and wakes as many workers as there are calls on offer that
  // nobody has claimed yet.
  void wakeWorkers();

  // wake() wakes one worker, which takes calls from now on, if there is an offer.
  void wake(Worker& worker);

  // nextToWake() returns a worker that is to be woken by a message, and counts it as woken.
  std::optional<WorkerIndex> nextToWake();
  bool hasWorkersToWake() const { return toWake_ > 0; }

  // wasWokenFor() returns the call on offer that a worker was woken for last; nullptr if there is
  // none, or if it is on offer no more.
  static Call* wasWokenFor(const Worker& worker);

  // forgetWorker() forgets that a worker is to be woken, and for which call: it is no more.
  void forgetWorker(Worker& worker);

  // reconcileClaims() gives each call that has been claimed to its worker, so that the owner's view
  // is that of the records.
  void reconcileClaims();
  void reconcileClaim(Call& call);

  // recallAll() puts back into the queue what no worker has claimed. `offerPending` offers it
  // again.
  void recallAll();

  // remove() takes a call that is on offer away. If others are on offer behind it that it may have
  // kept from their turn, those are recalled: `offerPending` has to follow.
  void remove(Call& call);

  // areAllClaimed() returns whether no call is on offer any more. Otherwise the owner hears of the
  // next claim (CompletionQueue): either the worker that makes it sees that the owner waits for it,
  // or the owner sees the claim here.
  bool areAllClaimed();

  // These count and name what is on offer, in the order of the offers; nullptr if there is none.
  std::size_t size() const { return calls_.size(); }
  bool empty() const { return calls_.empty(); }
  Call* first() const { return calls_.front(); }

 private:
  // So many calls on offer are too many for the workers that are at work.
  static constexpr std::uint32_t kLongBacklog = 128;

  bool mayOffer(const Call& call);
  void recallLower();
  bool recall(Call& call);
  void recallAfter(const Call& call);
  WorkerChannel::State readiest();  // of the workers that are ready; parked if there is none
  bool wakeOneFor(Call& call);
  void setToBeWoken(Worker& worker, bool value);

  std::size_t limit_;
  DispatchQueue& queue_;
  Executor& executor_;
  ReadyRing ring_;
  CallList calls_;           // not yet known to be with a worker, in the order of their offers
  int toWake_ = 0;           // workers
  bool wakesLater_ = false;  // `wakeWorkers` is to be called
};

}  // namespace atelier::core
