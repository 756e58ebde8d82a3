#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "atelier/clock.h"
#include "atelier/dispatch/call_table.h"
#include "atelier/dispatch/task.h"
#include "atelier/ids.h"
#include "atelier/timeline/timeline.h"
#include "atelier/timeline/tracer.h"

namespace atelier::core {

// Runtime decides what becomes of every call: when it is accepted, which worker takes it, how it
// ended, and what of that the timeline shows.
//
// It is a state machine that the platform drives: after each event (a call that is ready, a worker
// that is ready, done with a call, or gone) the platform calls `offer`, and asks the functions
// called next… until there is none, and does what they say. Nothing here calls back. Owner thread
// only; workers touch nothing but their WorkerChannel and the CallRecord of a call that they have.
class Runtime {
 public:
  Runtime(const Clock& clock, Futex& futex, TimelineSink& sink, HeapBudgets& budgets,
          const IdGenerator::Seed& seed, const SpanOptions& options)
      : clock_(clock),
        futex_(futex),
        ids_(seed),
        timeline_(sink, options),
        tracer_(clock, ids_, timeline_),
        calls_(budgets) {}

  // Defines a task; the index stays valid until `forgetTask`.
  TaskIndex defineTask(const TaskConfig& config);

  // Frees what a disposed task needs for workers. It takes no calls any more: they can only be made
  // and withdrawn. Preconditions: none of its calls is open, all of its workers have stopped.
  // With the last task go the calls' records.
  void disposeTask(TaskIndex task);

  // Frees a disposed task and its methods. No call of it is made any more.
  void forgetTask(TaskIndex task);

  // Calls `visit` with each name that a task and its methods were defined by, if it is not
  // forgotten.
  template <typename Visitor>
  void visitNames(TaskIndex task, const Visitor& visit) const {
    const TaskEntry* entry = tasks_[task].get();
    if (entry == nullptr) return;
    visit(entry->label.id);
    visit(entry->label.name);
    for (const auto& method : entry->methods) visit(method->text);
  }

  // The indices of all tasks, forgotten ones too, are below that.
  std::size_t tasksMade() const { return tasks_.size(); }

  // Defines a method of a task by its name: `text`, and the first `bytes` of `scratch`.
  const Method& defineMethod(TaskIndex task, TextHandle text, std::uint32_t bytes);

  // Makes a call and starts its span, in a trace if given. `enqueue` or `withdraw` follows. The
  // caller holds the trace until the call settles. Returns nothing if the heap has no room for one
  // more call: `refuse` has to follow.
  std::optional<CallIndex> dispatch(TaskIndex task, const Method& method,
                                    std::optional<Membership> trace, double priority = 0);

  // Makes the span of a call for which there is no room.
  void refuse(TaskIndex task, const Method& method, std::optional<Membership> trace,
              const Outcome& outcome);

  // Queues a call; higher priorities are served first. Returns whether it was accepted: its
  // arguments are to be taken now. Otherwise its caller waits for a place (`nextAdmission`).
  bool enqueue(CallIndex index);

  // Returns where the platform is to write an accepted call's arguments if `scratch` is too small
  // for them; nullptr if there is no memory for them. If it is not, `readyShared` follows.
  std::byte* reserveArguments(CallIndex index, std::uint32_t bytes);

  // Tells that an accepted call's arguments have been taken: they are the first `bytes` of
  // `scratch`, or all that was reserved for them, or the platform has them, for a message. Returns
  // false, and does nothing, if there is no memory for them.
  bool readyShared(CallIndex index, std::uint32_t bytes, bool transferResult);
  void readyForMessage(CallIndex index);

  // Where the platform puts small arguments and names (WorkerChannel::kScratchBytes).
  std::byte* scratch() { return scratch_.data(); }

  // Gives what is pending to workers, as far as they take calls by themselves.
  Task::ToDo offer(TaskIndex task) { return at(task).offerPending(); }
  // Tells a worker that is to be woken by a message.
  std::optional<WorkerIndex> nextWorkerToWake(TaskIndex task) { return at(task).nextToWake(); }

  // Tells a call that has to be withdrawn since the queue is full.
  std::optional<CallIndex> nextOverflow(TaskIndex task);
  // Accepts the call of a waiting caller, if there is a place: its arguments are to be taken now.
  std::optional<CallIndex> nextAdmission(TaskIndex task);
  // Gives the next pending call to a worker, if it has to be brought to one and one should take it.
  std::optional<Assignment> nextAssignment(TaskIndex task);
  std::optional<WorkerIndex> nextWorkerToStart(TaskIndex task) { return at(task).startNext(); }
  std::optional<WorkerIndex> nextWorkerToEnd(TaskIndex task) { return at(task).endNext(); }
  std::optional<WorkerIndex> nextWorkerToTerminate(TaskIndex task) {
    return at(task).terminateNext();
  }

  // Tells that a worker takes calls from now on. `workerMs` was read on its clock, after the
  // owner's clock showed `sentMs`; `clockOffsetMs` is the platform's estimate of what to add to the
  // worker's times to have the owner's.
  void workerReady(TaskIndex task, WorkerIndex index, double sentMs, double workerMs,
                   double clockOffsetMs);

  // Tells that a worker is no more: it was ended, or it crashed. Its calls are to be `retry`d or
  // `abandon`ed: see `firstHeld`.
  void workerEnded(TaskIndex task, WorkerIndex worker) { at(task).workerEnded(worker); }
  void workerCrashed(TaskIndex task, WorkerIndex worker) { at(task).workerCrashed(worker); }

  // Tells that a worker that had ended or crashed has really stopped: what it shared may be used
  // again. `channel` is the one that it had.
  void workerStopped(const WorkerChannel* channel);

  // Returns the record of a call that a worker is done with, its reply in the payload, or nullptr
  // if there is none. `complete` has to follow.
  CallRecord* nextCompletion();
  CompletionQueue& completions() { return completions_; }

  // Tells whether the worker that an assigned call is for has no other call to run.
  bool isAlone(CallIndex index);

  // For workers without shared memory, which cannot write to a call's record. Tells that the
  // message with an assigned call has been posted: it counts as claimed from its assignment on,
  // until the worker says more.
  void posted(CallIndex index);
  // Tells what the worker says: when it claimed the call and when the handler came to an end, on
  // the worker's clock; negative if it did not, or if nobody wants to know.
  void reported(CallIndex index, std::uint32_t generation, double startedMs, double endedMs);

  // Tells that a worker is done with a call whose caller is not: it is with no worker any more.
  // `complete` or `withdraw` settles it.
  void release(CallIndex index);

  // The same for a call whose worker is no more. Returns false, and does nothing, if there is no
  // room for another record: then `abandon` it.
  bool lose(CallIndex index);

  // Settles a call that its worker is done with, unless it was settled before, and frees it.
  // Returns false, and does nothing, if `generation` is not the call's: the message came late.
  bool complete(CallIndex index, std::uint32_t generation, const Outcome& outcome);

  // Tells the handler of a call that its caller has given up. The call stays open: what becomes of
  // it still counts. Preconditions: a worker holds it.
  void requestCancel(CallIndex index);

  // What `withdraw` found.
  enum class Withdrawal : std::uint8_t {
    kGone,     // the call had settled; nothing was done
    kRemoved,  // no worker had claimed it, and it is free now
    kHeld,     // a worker holds it; it is free when `complete` or `abandon` is called
  };

  // Settles a call before its worker is done with it. A handler that is running can see that.
  Withdrawal withdraw(CallIndex index, const Outcome& outcome);

  // Puts a call whose worker crashed back into the queue, if the task's policy says so and it was
  // not tried too often. Returns false, and does nothing, otherwise.
  bool retry(CallIndex index);

  // Settles a call whose worker died, unless it was settled before, and takes it back.
  void abandon(CallIndex index, const Outcome& outcome);

  // A call that no worker has claimed; held by this worker; with no worker to wait for.
  std::optional<CallIndex> findQueued(TaskIndex task);
  std::optional<CallIndex> firstHeld(TaskIndex task, WorkerIndex worker);
  std::optional<CallIndex> firstStranded(TaskIndex task);

  const Call& call(CallIndex index) { return calls_.at(index); }
  CallRecord& record(CallIndex index) { return *calls_.at(index).record; }
  // Precondition: it has not been disposed.
  Task& at(TaskIndex task) { return *tasks_[task]->task; }
  std::uint64_t totalDispatched(TaskIndex task) const { return tasks_[task]->dispatched; }
  // Whether this worker has this call: what it says of others is none of its business.
  bool holds(TaskIndex task, WorkerIndex worker, CallIndex index, std::uint32_t generation);
  Timeline& timeline() { return timeline_; }
  Tracer& tracer() { return tracer_; }

  // Calls that a worker or a caller still waits for.
  std::size_t openCalls() const { return calls_.size(); }

 private:
  struct TaskEntry {
    TaskLabel label;
    std::uint64_t dispatched = 0;
    std::unique_ptr<Task> task;
    std::vector<std::unique_ptr<const Method>> methods;
  };

  static std::uint32_t replyRoom(const Call& call) {
    return call.record->method->replyBytes.load(std::memory_order_relaxed);
  }
  bool startSpan(Span& span, TaskIndex task, const Method& method, std::optional<Membership> trace);
  void alignClock(Call& call);
  void settle(Call& call, const Outcome& outcome);
  SpanEnd spanEnd(Call& call, double endMs, const Outcome& outcome);

  const Clock& clock_;
  Futex& futex_;
  IdGenerator ids_;
  Timeline timeline_;
  Tracer tracer_;
  CallTable calls_;
  CompletionQueue completions_;
  RetireList retired_;
  std::array<std::byte, WorkerChannel::kScratchBytes> scratch_{};
  std::vector<std::unique_ptr<TaskEntry>> tasks_;
  std::vector<TaskIndex> freeTasks_;
  std::size_t servedTasks_ = 0;  // that have not been disposed
};

}  // namespace atelier::core
