#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "atelier/call_table.h"
#include "atelier/clock.h"
#include "atelier/ids.h"
#include "atelier/task.h"
#include "atelier/timeline.h"
#include "atelier/tracer.h"

namespace atelier {

// Runtime decides what becomes of every call: when it is accepted, which worker takes it, how it
// ended, and what of that the timeline shows.
//
// It is a state machine that the platform drives: after `dispatch`, `workerReady`, `complete` and
// `workerEnded` the platform asks for `nextAssignment`, `nextWorkerToStart` and `nextWorkerToEnd`
// until there is none, and does what they say. Nothing here calls back. Owner thread only; workers
// touch nothing but the CallRecord of a call that they were given.
class Runtime {
 public:
  Runtime(const Clock& clock, TimelineSink& sink, const IdGenerator::Seed& seed,
          const SpanOptions& options)
      : clock_(clock), ids_(seed), timeline_(sink, options), tracer_(clock, ids_, timeline_) {}

  // Defines a task; the index stays valid for the runtime's life.
  TaskIndex defineTask(const TaskConfig& config);

  // Takes a call, starts its span, in `trace` if given, and queues it; its caller may have to wait
  // for a place. Higher priorities are served first. The caller holds `method` and the trace until
  // the call settles.
  CallIndex dispatch(TaskIndex task, TextHandle method, std::optional<TraceIndex> trace,
                     double priority = 0);

  // Tells a call that has to be withdrawn since the queue is full.
  std::optional<CallIndex> nextOverflow(TaskIndex task) const;
  // Accepts the call of a waiting caller, if there is a place: its arguments are to be taken now.
  std::optional<CallIndex> nextAdmission(TaskIndex task);
  // Gives the next pending call to a worker, if one should take it.
  std::optional<Assignment> nextAssignment(TaskIndex task);
  std::optional<WorkerIndex> nextWorkerToStart(TaskIndex task) {
    return at(task).startNext(clock_.nowMs());
  }
  std::optional<WorkerIndex> nextWorkerToEnd(TaskIndex task) { return at(task).endNext(); }
  // When to ask `nextWorkerToStart` again, in ms from now; empty if no restart is held back.
  std::optional<double> restartDelayMs(TaskIndex task) {
    return at(task).restartDelayMs(clock_.nowMs());
  }

  // Takes in that a worker takes calls from now on. `workerMs` was read on its clock, after the
  // owner's clock showed `sentMs`; `clockOffsetMs` is the platform's estimate of what to add to the
  // worker's times to have the owner's.
  void workerReady(TaskIndex task, WorkerIndex index, double sentMs, double workerMs,
                   double clockOffsetMs);

  // Takes in that a worker is no more: it was ended, or it crashed. Its calls are to be `retry`d or
  // `abandon`ed: see `firstHeld`.
  void workerEnded(TaskIndex task, WorkerIndex worker) {
    at(task).worker(worker).status = WorkerStatus::kAbsent;
  }
  void workerCrashed(TaskIndex task, WorkerIndex worker) {
    at(task).workerCrashed(worker, clock_.nowMs());
  }

  // Settles a call that its worker is done with, unless it was settled before, and frees it.
  // Returns false, and does nothing, if `generation` is not the call's: the message came late.
  bool complete(CallIndex index, std::uint32_t generation, const Outcome& outcome);

  // What `withdraw` found.
  enum class Withdrawal : std::uint8_t {
    kGone,     // the call had settled; nothing was done
    kRemoved,  // it was pending, and is free now
    kHeld,     // a worker holds it; it is free when `complete` or `abandon` is called
  };

  // Settles a call before its worker is done with it. A handler that is running can see that.
  Withdrawal withdraw(CallIndex index, const Outcome& outcome);

  // Puts a call whose worker crashed back into the queue, if the task's policy says so and it was
  // not tried too often. Returns false, and does nothing, otherwise.
  bool retry(CallIndex index);

  // Settles a call whose worker died, unless it was settled before, and takes it back.
  void abandon(CallIndex index, const Outcome& outcome);

  // A call that is pending or waiting; held by this worker; pending with no worker to wait for.
  std::optional<CallIndex> firstQueued(TaskIndex task) const;
  std::optional<CallIndex> firstHeld(TaskIndex task, WorkerIndex worker);
  std::optional<CallIndex> firstStranded(TaskIndex task);

  const Call& call(CallIndex index) { return calls_.at(index); }
  CallRecord& record(CallIndex index) { return calls_.at(index).record; }
  Task& at(TaskIndex task) { return *tasks_[task]; }
  Timeline& timeline() { return timeline_; }
  Tracer& tracer() { return tracer_; }

  // Calls that a worker or a caller still waits for.
  std::size_t openCalls() const { return calls_.size(); }

 private:
  void settle(Call& call, const Outcome& outcome);
  SpanEnd spanEnd(Call& call, double endMs, const Outcome& outcome);

  const Clock& clock_;
  IdGenerator ids_;
  Timeline timeline_;
  Tracer tracer_;
  CallTable calls_;
  std::vector<std::unique_ptr<Task>> tasks_;
};

}  // namespace atelier
