#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>

#include "atelier/dispatch_queue.h"
#include "atelier/executor.h"

namespace atelier {

// CrashPolicy is what becomes of the calls on a worker that crashes, and of its task.
enum class CrashPolicy : std::uint8_t {
  kFailInFlight,     // they fail; another worker is started when it is needed
  kRequeueInFlight,  // they are run again, each crashMaxRetries times at most; likewise
  kFailTask,         // they and all others fail, until the workers are started by hand
};

// TaskConfig is what a task is defined by; the caller has validated it.
struct TaskConfig {
  TaskLabel label;
  std::uint32_t poolSize = 1;     // >= 1; a singleton has one worker whatever this says
  std::uint32_t maxInFlight = 1;  // >= 1
  QueuePolicy queuePolicy = QueuePolicy::kBlock;
  std::uint32_t maxQueueDepth = kUnbounded;  // >= 1; calls accepted beyond those in flight
  CrashPolicy crashPolicy = CrashPolicy::kFailInFlight;
  std::uint32_t crashMaxRetries = 3;

  static constexpr std::uint32_t kUnbounded = 0xFFFFFFFF;
};

// Assignment is a call together with the worker that is to take it.
struct Assignment {
  CallIndex call = 0;
  WorkerIndex worker = 0;
};

// Task brings a queue and an executor together: it accepts calls, gives them to workers, and counts
// them. Owner thread only.
class Task {
 public:
  explicit Task(const TaskConfig& config);

  const TaskConfig& config() const { return config_; }
  Executor& executor() { return *executor_; }
  Worker& worker(WorkerIndex index) { return executor_->workers()[index]; }

  void take(Call& call);

  // Returns a call that has to go for want of a place, or nullptr.
  Call* overflow() const { return queue_.overflow(held_, slots()); }

  // Accepts a waiting caller's call, if there is a place for it.
  Call* admitNext() { return queue_.admitNext(held_); }

  // Hands the next pending call to a worker, if there is one for it.
  Call* assignNext(double nowMs);

  // Returns a worker that the platform should start now, which counts as starting from here on.
  std::optional<WorkerIndex> startNext(double nowMs);

  // How long `startNext` holds back a worker that calls need, in ms; empty if it does not. After
  // crashes without a success in between, restarts are spaced out.
  std::optional<double> restartDelayMs(double nowMs) const;

  // Makes `startNext` start every worker, needed or not, whatever has crashed before.
  void startAll();

  // Takes in that a worker is no more, because it crashed.
  void workerCrashed(WorkerIndex index, double nowMs);

  // Whether a call whose worker crashed is to be run again.
  bool shouldRetry(const Call& call) const;

  // Puts such a call back.
  void putBack(Call& call);

  // Takes in that a worker has done its work: crashes before it do not count any more.
  void workerSucceeded() { crashes_ = 0; }

  // Whether no worker will be started for calls, until `startAll`.
  bool failed() const { return failed_; }

  // Takes the workers out of service: those with nothing to do are ended by `endNext` at once, the
  // others when their calls are done. Later calls start workers again.
  void stopAll();

  // Does so with one worker, if it has nothing to do.
  void stopIfIdle(WorkerIndex index);

  // Returns a stopping worker that has nothing to do any more and that the platform should end now.
  std::optional<WorkerIndex> endNext();

  // Takes a call back from the queue or from the worker that holds it.
  void remove(Call& call);

  // Whether accepted calls have nobody to wait for: no worker is there, and starting one again now
  // would be of no use.
  bool stranded();

  // A call that is not with a worker, accepted ones first; nullptr if there is none.
  Call* firstQueued() const;

  // Calls with workers, or about to be: those count for which a worker is being started.
  std::size_t inFlight() const { return held_ + slots(); }
  // Calls accepted beyond that; callers that wait to be accepted.
  std::size_t pending() const { return queue_.depth() - slots(); }
  std::size_t waiting() const { return queue_.waiting(); }
  std::uint64_t totalDispatched() const { return totalDispatched_; }
  std::uint32_t activeWorkers();

 private:
  // How many pending calls could be on workers if those were ready.
  std::size_t slots() const {
    const std::size_t free = config_.maxInFlight > held_ ? config_.maxInFlight - held_ : 0;
    return std::min(queue_.depth(), free);
  }

  TaskConfig config_;
  DispatchQueue queue_;
  std::unique_ptr<Executor> executor_;
  std::size_t held_ = 0;
  std::uint64_t totalDispatched_ = 0;
  bool startAll_ = false;
  bool failed_ = false;
  bool lastCrashWasStart_ = false;
  std::uint32_t crashes_ = 0;  // since the last success
  double lastCrashMs_ = 0;
};

}  // namespace atelier
