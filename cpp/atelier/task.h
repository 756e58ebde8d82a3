#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "atelier/dispatch_queue.h"
#include "atelier/executor.h"

namespace atelier {

// TaskConfig is what a task is defined by; the caller has validated it.
struct TaskConfig {
  TaskLabel label;
  std::uint32_t poolSize = 1;     // >= 1; a singleton has one worker whatever this says
  std::uint32_t maxInFlight = 1;  // >= 1
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

  void accept(Call& call);

  // Hands the next pending call to a worker, if there is one for it.
  Call* assignNext(double nowMs);

  // Returns a worker that the platform should start now, which counts as starting from here on.
  std::optional<WorkerIndex> startNext();

  // Makes `startNext` start every worker, needed or not.
  void startAll() { startAll_ = true; }

  // Takes the workers out of service: those with nothing to do are ended by `endNext` at once, the
  // others when their calls are done. Later calls start workers again.
  void stopAll();

  // Returns a stopping worker that has nothing to do any more and that the platform should end now.
  std::optional<WorkerIndex> endNext();

  // Takes a call back from the queue or from the worker that holds it.
  void remove(Call& call);

  // Whether pending calls have nobody to wait for: no worker is there and none is starting.
  bool stranded();

  Call* firstPending() const { return queue_.first(); }
  std::size_t pending() const { return queue_.depth(); }
  std::uint32_t inFlight() const { return inFlight_; }
  std::uint64_t totalDispatched() const { return totalDispatched_; }
  std::uint32_t activeWorkers();

 private:
  TaskConfig config_;
  DispatchQueue queue_;
  std::unique_ptr<Executor> executor_;
  std::uint32_t inFlight_ = 0;
  std::uint64_t totalDispatched_ = 0;
  bool startAll_ = false;
};

}  // namespace atelier
