#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "atelier/dispatch/cancelled_calls.h"
#include "atelier/dispatch/dispatch_queue.h"
#include "atelier/dispatch/executor.h"
#include "atelier/dispatch/offers.h"
#include "atelier/dispatch/restart_policy.h"
#include "atelier/dispatch/retire_list.h"
#include "atelier/dispatch/task_config.h"

namespace atelier::core {

// Task brings a queue, its offers and an executor together: it accepts calls, gives them to
// workers, starts and ends those, and counts both. Owner thread only.
//
// Most calls go on offer, where the next free worker claims them without the owner's help. That a
// worker has claimed one shows in the call's record alone, so whatever depends on who has what
// calls `reconcileClaims` first.
class Task {
 public:
  // Services are what a task shares with its runtime's other tasks.
  struct Services {
    const Clock& clock;
    CompletionQueue& completions;
    Futex& futex;
    RetireList& retired;
  };

  Task(const TaskConfig& config, const Services& services);
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  const TaskConfig& config() const { return config_; }
  Worker& worker(WorkerIndex index) { return executor_->workers()[index]; }

  // enqueue() accepts a call or lets its caller wait, as the queue's policy says.
  void enqueue(Call& call);

  // nextOverflow() returns a call that has to go for want of a place, or nullptr. `offerPending`
  // has to follow.
  Call* nextOverflow();

  // admitNext() accepts a waiting caller's call, if there is a place for it.
  Call* admitNext() { return queue_.admitNext(inFlightAtMost()); }

  // ToDo is what the platform has to do after `offerPending`.
  struct ToDo {
    bool wake = false;   // ask `nextToWake`
    bool bring = false;  // ask `assignNext`
    bool start = false;  // ask `startNext`, and when to ask it again
    bool later = false;  // call `wakeWorkers` once, when what runs now has made all its calls
  };

  // offerPending() offers pending calls (Offers), and tells what else there is to do for them.
  ToDo offerPending();
  void wakeWorkers() { offers_.wakeWorkers(); }
  std::optional<WorkerIndex> nextToWake() { return offers_.nextToWake(); }

  // assignNext() hands the next pending call to a worker, if it has to be brought to one and there
  // is one for it.
  Call* assignNext();

  // awaitsClaim() returns whether `assignNext` is to be called again as soon as a worker has
  // claimed a call on offer: the owner hears of that (CompletionQueue).
  bool awaitsClaim() const { return awaitsClaim_; }

  // These bring the owner's view of all offers, or of one call, up to date (Offers).
  void reconcileClaims() { offers_.reconcileClaims(); }
  void reconcileClaim(Call& call) { offers_.reconcileClaim(call); }

  // recall() puts back into the queue what no worker has claimed. `offerPending` offers it again.
  void recall() { offers_.recallAll(); }

  // startNext() returns a worker that the platform should start now, and counts it as starting.
  std::optional<WorkerIndex> startNext();

  // nextDeadlineMs() returns when `startNext`, `endNext` or `terminateNext` may have something to
  // tell though nothing has happened; kNever if they do not.
  double nextDeadlineMs();

  // timerDelayMs() returns in how many ms the platform's timer for this task has to fire; kNever if
  // it fires early enough as it is. Deadlines that are put off leave it alone: it fires in vain.
  // When it has fired, the platform makes known what workers have said by then, calls
  // `terminateNext` until there is none, and the other two.
  double timerDelayMs();

  // startAll() makes `startNext` start every worker, needed or not, whatever has crashed before.
  void startAll();

  // workerReady() is told that a worker takes calls from now on.
  void workerReady(WorkerIndex index);

  // These are told that a worker is no more: because it was ended, or because it crashed. It may
  // still be running for a moment; what it can claim from here on does not count.
  void workerEnded(WorkerIndex index);
  void workerCrashed(WorkerIndex index);

  // workerSucceeded() is told that a worker has done its work.
  void workerSucceeded() { restarts_.succeeded(); }

  // shouldRetry() returns whether a call whose worker crashed runs again. `putBack` puts it back.
  bool shouldRetry(const Call& call) const;
  void putBack(Call& call);

  // stopAll() takes the workers out of service: `endNext` returns those with nothing to do at once,
  // the others when their calls are done. Later calls start workers again.
  void stopAll();

  // endNext() returns a worker that the platform ends now: a stopping one that has nothing to do
  // any more, or one that has had nothing to do for the task's idle timeout.
  std::optional<WorkerIndex> endNext();

  // cancel() is told that a call that a worker holds was cancelled.
  void cancel(Call& call) { cancelled_.add(call, services_.clock); }

  // terminateNext() returns a worker that runs a cancelled call which had to stop by the time that
  // the timer was set for: `workerEnded` has to follow. If there is none, the timer is not set any
  // more.
  std::optional<WorkerIndex> terminateNext();

  // remove() takes a call out of the queue or the offers, or from the worker that holds it.
  // `offerPending` has to follow.
  void remove(Call& call);

  // release() takes a call from the worker that is done with it, while its caller is not.
  void release(Call& call);

  // stranded() returns whether accepted calls have nobody to wait for: no worker is there, and to
  // start one again now would be of no use.
  bool stranded();

  // findQueued() returns a call that no worker has claimed, accepted ones first; nullptr if there
  // is none.
  Call* findQueued();

  // countInFlight() counts the calls that workers run or are about to claim, each worker's in
  // Worker::inFlight, and those for which a worker is starting. Call it before you read the
  // counters.
  void countInFlight();

  // All of these calls.
  std::size_t inFlight() const { return inFlight_; }
  // Calls accepted beyond that; callers that wait to be accepted.
  std::size_t pending() const { return pending_; }
  std::size_t waiting() const { return queue_.waiting(); }
  // Whether a worker has a call, or one waits for it.
  bool busy() const { return depth() + executor_->held() > 0; }
  std::uint32_t activeWorkers() const { return activeWorkers_; }

 private:
  // Accepted calls that no worker is known to hold.
  std::size_t depth() const { return queue_.depth() + offers_.size(); }
  std::size_t inFlightAtMost() { return executor_->countRunning() + offers_.size(); }

  // How many of those could be on workers if workers were ready.
  std::size_t slots();
  std::optional<WorkerIndex> neededWorker();
  // When `startNext` starts a worker that calls need and that it holds back; kNever if it does not.
  double restartsAtMs();
  // Whether a worker that is starting is to show first whether any can.
  bool awaitsStart() const;
  void openChannel(WorkerIndex index);
  void closeChannel(Worker& worker);
  // Until when a worker may have no call; kNever if it has one.
  double idleUntilMs(const Worker& worker) const;
  bool isIdleForTooLong(Worker& worker);

  const TaskConfig config_;
  Services services_;
  DispatchQueue queue_;
  std::unique_ptr<Executor> executor_;
  Offers offers_;
  RestartPolicy restarts_;
  CancelledCalls cancelled_;
  bool awaitsClaim_ = false;
  bool startAll_ = false;
  std::uint32_t activeWorkers_ = 0;
  double timerMs_ = kNever;   // for when the timer is set
  std::size_t inFlight_ = 0;  // as of `countInFlight`
  std::size_t pending_ = 0;   // likewise
};

}  // namespace atelier::core
