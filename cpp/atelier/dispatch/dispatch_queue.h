#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "atelier/dispatch/call_list.h"
#include "atelier/dispatch/priority_levels.h"

namespace atelier::core {

// QueuePolicy is what happens to a call that finds the queue full.
enum class QueuePolicy : std::uint8_t {
  kBlock,       // its caller waits for a place
  kReject,      // it is refused
  kDropLatest,  // it is dropped
  kDropOldest,  // the oldest pending call is dropped, and it is accepted
};

// DispatchQueue holds a task's calls until a worker takes them. Of the pending ones the highest
// priority is served first, and the oldest within one; but every eighth time the oldest of all, so
// that none starves. Places go to waiting callers by the same rule. Owner thread only.
class DispatchQueue {
 public:
  static constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();
  static constexpr unsigned kOldestEvery = 8;

  // `capacity` is how many calls may be accepted and unfinished, on workers or pending.
  DispatchQueue(QueuePolicy policy, std::size_t capacity) : policy_(policy), capacity_(capacity) {}

  // Takes a call: it is pending from now on or, under kBlock with no place free, waiting.
  // `inFlight` is how many calls are on workers. Afterwards `overflow` tells what has to go.
  void enqueue(Call& call, std::size_t inFlight);

  // Returns the call that the policy gives up, or nullptr as long as all have a place. `slots` is
  // how many pending calls are about to be claimed (a worker is being started for them); those
  // are spared. The caller withdraws the call.
  Call* overflow(std::size_t inFlight, std::size_t slots) const;

  // Accepts the waiting caller whose turn it is and returns its call, or nullptr if none is waiting
  // or no place is free.
  Call* admitNext(std::size_t inFlight);

  // Returns the call whose turn it is, or nullptr if none is pending.
  Call* peek() const;

  // Returns the same, and removes it.
  Call* tryDequeue();

  // usesPriorities() returns whether any call ever had a priority: else the queue's order is that
  // of the calls.
  bool usesPriorities() const { return usesPriorities_; }

  // Whether a pending call has a higher priority than this.
  bool hasHigherThan(double priority) const {
    const Call* call = byPriority_.first();
    return call != nullptr && call->priority > priority;
  }

  // Puts calls back that no worker has claimed, the last one first: all is as if they had never
  // been removed.
  void putFront(Call& call);

  // Puts a call back that its worker could not finish, before all others. Precondition: a worker
  // has held it.
  void putBack(Call& call);

  // Removes a waiting or pending call.
  void withdraw(Call& call);

  // Tells that a call which `tryDequeue` had returned was not served after all, nor any after
  // it.
  void forget(const Call& call) {
    if (!call.isRetried()) --served_;
  }

  // The oldest pending call, the caller that has waited longest; nullptr if there is none.
  Call* oldest() const { return byAge_.front(); }
  Call* firstWaiting() const { return waitingByAge_.front(); }

  std::size_t depth() const { return byAge_.size(); }
  std::size_t waiting() const { return waitingByAge_.size(); }

 private:
  using ByAge = LinkedCalls<&Call::age>;

  // turnOf() returns the call whose turn is the n-th, counted from 1; nullptr if there is none.
  static Call* turnOf(const ByAge& byAge, const PriorityLevels& byPriority, unsigned n) {
    return n % kOldestEvery == 0 ? byAge.front() : byPriority.first();
  }

  bool hasRoom(std::size_t inFlight) const {
    return capacity_ == kUnbounded || depth() + inFlight < capacity_;
  }
  void accept(Call& call);

  QueuePolicy policy_;
  std::size_t capacity_;
  ByAge waitingByAge_;
  PriorityLevels waitingByPriority_;
  unsigned admitted_ = 0;  // since callers began to wait
  CallList retried_;
  PriorityLevels byPriority_;
  ByAge byAge_;
  bool usesPriorities_ = false;
  unsigned served_ = 0;
  std::uint64_t accepted_ = 0;
};

}  // namespace atelier::core
