#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "atelier/dispatch/dispatch_queue.h"
#include "atelier/dispatch/executor.h"
#include "atelier/dispatch/retire_list.h"
#include "atelier/dispatch/task_config.h"

namespace atelier {

// Task brings a queue and an executor together: it accepts calls, gives them to workers, and counts
// them. Owner thread only.
//
// Most calls are put on offer, where the next free worker takes them without the owner's help. That
// a worker has taken one shows in the call's record alone, so whatever depends on who has what asks
// `reconcileClaims` first.
class Task {
 public:
  // What a task shares with its runtime's other tasks.
  struct Services {
    const Clock& clock;
    CompletionQueue& completions;
    Futex& futex;
    RetireList& retired;
  };

  Task(const TaskConfig& config, const Services& services);

  const TaskConfig& config() const { return config_; }
  Worker& worker(WorkerIndex index) { return executor_->workers()[index]; }

  void enqueue(Call& call);

  // Returns a call that has to go for want of a place, or nullptr. `offerPending` has to follow.
  Call* nextOverflow();

  // Accepts a waiting caller's call, if there is a place for it.
  Call* admitNext() { return queue_.admitNext(inFlightAtMost()); }

  // What the platform has to do after `offerPending`.
  struct ToDo {
    bool now = false;    // ask for workers to wake or to start, and for calls to bring to a worker
    bool later = false;  // call `wakeWorkers` once, when what runs now has made all its calls
  };

  // Puts pending calls on offer, as far as workers may take them, and wakes a worker if none is at
  // work: one may well do for all the calls of a moment.
  ToDo offerPending();

  // Wakes as many workers as there are calls on offer that nobody has claimed yet.
  void wakeWorkers();

  // Returns a worker that is to be woken by a message.
  std::optional<WorkerIndex> wakeNext();

  // Hands the next pending call to a worker, if it has to be brought to one and there is one for
  // it.
  Call* assignNext();

  // Whether `assignNext` is to be asked again as soon as a worker has claimed a call on offer: the
  // owner hears of that (CompletionQueue).
  bool awaitsClaim() const { return awaitsClaim_; }

  // Takes in which calls on offer have been claimed, by which workers.
  void reconcileClaims();

  // Takes back what no worker has claimed. `offerPending` puts it on offer again.
  void recall();

  // Returns a worker that the platform should start now, which counts as starting from here on.
  std::optional<WorkerIndex> startNext();

  // How long `startNext` holds back a worker that calls need, in ms; empty if it does not. After
  // crashes without a success in between, restarts are spaced out.
  std::optional<double> restartDelayMs();

  // Makes `startNext` start every worker, needed or not, whatever has crashed before.
  void startAll();

  // Takes in that a worker takes calls from now on.
  void workerReady(WorkerIndex index);

  // Takes in that a worker is no more: because it was ended, or because it crashed. It may still be
  // running for a moment; what it can claim from here on does not count.
  void workerEnded(WorkerIndex index);
  void workerCrashed(WorkerIndex index);

  // Whether a call whose worker crashed is to be run again.
  bool shouldRetry(const Call& call) const;

  // Puts such a call back.
  void putBack(Call& call);

  // Takes in that a worker has done its work: crashes before it do not count any more.
  void workerSucceeded() { crashes_ = uselessWorkers_ = 0; }

  // Takes the workers out of service: those with nothing to do are ended by `endNext` at once, the
  // others when their calls are done. Later calls start workers again.
  void stopAll();

  // Does so with one worker, if it has nothing to do and is not about to.
  void stopIfIdle(WorkerIndex index);

  // Returns a stopping worker that has nothing to do any more and that the platform should end now.
  std::optional<WorkerIndex> endNext();

  // Takes a call back from the queue, from offer, or from the worker that holds it. `offerPending`
  // has to follow.
  void remove(Call& call);

  // Takes a call back from the worker that is done with it.
  void release(Call& call);

  // Takes in which worker has claimed a call, if one has.
  void reconcileClaim(Call& call);

  // Whether accepted calls have nobody to wait for: no worker is there, and starting one again now
  // would be of no use.
  bool stranded();

  // A call that no worker has claimed, accepted ones first; nullptr if there is none.
  Call* findQueued();

  // Counts the calls that workers run or are about to claim, each worker's in Worker::inFlight, and
  // those for which a worker is starting. To be called before the counters are read.
  void countInFlight();

  // All of these calls.
  std::size_t inFlight() const { return inFlight_; }
  // Calls accepted beyond that; callers that wait to be accepted.
  std::size_t pending() const { return pending_; }
  std::size_t waiting() const { return queue_.waiting(); }
  // Whether a worker has a call, or one waits for it.
  bool busy() const { return held_ + depth() > 0; }
  std::uint32_t activeWorkers() const { return activeWorkers_; }

 private:
  // Accepted calls that no worker is known to hold.
  std::size_t depth() const { return queue_.depth() + offered_.size(); }
  std::size_t inFlightAtMost() { return countRunning() + offered_.size(); }

  // How many of those could be on workers if workers were ready.
  std::size_t slots();
  std::size_t countRunning();

  // So many calls on offer are too many for the workers that are at work.
  static constexpr std::uint32_t kLongBacklog = 128;

  bool mayOffer(const Call& call);
  void recallLower();
  bool recall(Call& call);
  void recallAfter(const Call& call);
  bool isAllClaimed();
  WorkerChannel::State readiest();  // of the workers that are ready; parked if there is none
  bool wakeOneFor(Call& call);
  void setToBeWoken(Worker& worker, bool value);
  void hold(Call& call, WorkerIndex by);
  // Whether a worker could not start, and others are about to show whether any can.
  bool awaitsStart() const;
  std::optional<WorkerIndex> neededWorker();
  void openChannel(WorkerIndex index);
  void closeChannel(Worker& worker);

  TaskConfig config_;
  Services services_;
  DispatchQueue queue_;
  std::unique_ptr<Executor> executor_;
  ReadyRing ring_;
  ChannelServices channelServices_;
  CallList offered_;         // not yet known to be with a worker, in the order of their offers
  int toWake_ = 0;           // workers
  bool wakesLater_ = false;  // `wakeWorkers` is to be called, and publishes what is on offer
  bool awaitsClaim_ = false;
  bool usesPriorities_ = false;  // else the queue's order is that of the calls
  std::uint32_t activeWorkers_ = 0;
  std::size_t held_ = 0;
  std::size_t inFlight_ = 0;  // as of `countInFlight`
  std::size_t pending_ = 0;   // likewise
  bool startAll_ = false;
  bool failed_ = false;
  bool lastCrashWasStart_ = false;
  std::uint32_t crashes_ = 0;         // since the last success
  std::uint32_t uselessWorkers_ = 0;  // since then: the last ones, crashed with no call claimed
  double lastCrashMs_ = 0;
};

}  // namespace atelier
