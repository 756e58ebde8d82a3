#include "atelier/runtime.h"

#include <algorithm>

namespace atelier {
namespace {

std::optional<CallIndex> indexOf(const Call* call) {
  return call != nullptr ? std::optional(call->index) : std::nullopt;
}

}  // namespace

TaskIndex Runtime::defineTask(const TaskConfig& config) {
  tasks_.push_back(std::make_unique<Task>(config));
  return static_cast<TaskIndex>(tasks_.size() - 1);
}

CallIndex Runtime::dispatch(TaskIndex task, TextHandle method, std::optional<TraceIndex> trace,
                            double priority) {
  const double nowMs = clock_.nowMs();
  const SpanOptions& options = timeline_.options();

  Call& call = calls_.allocate(nowMs);
  call.task = task;
  call.priority = priority;
  if (trace) call.span.trace = tracer_.countSpan(*trace);
  call.traced =
      options.enabled && (trace ? tracer_.sampled(*trace)
                                : options.sampleRate >= 1 || ids_.nextUnit() < options.sampleRate);
  if (call.traced) {
    call.span.id = ids_.nextSpanId();
    call.span.task = at(task).config().label;
    call.span.method = method;
    call.span.startMs = nowMs;
    call.marked = timeline_.start(call.span);
  }
  at(task).take(call);
  return call.index;
}

std::optional<CallIndex> Runtime::nextOverflow(TaskIndex task) const {
  return indexOf(tasks_[task]->overflow());
}

std::optional<CallIndex> Runtime::nextAdmission(TaskIndex task) {
  return indexOf(at(task).admitNext());
}

std::optional<Assignment> Runtime::nextAssignment(TaskIndex task) {
  Call* call = at(task).assignNext(clock_.nowMs());
  if (call == nullptr) return std::nullopt;
  call->record.assign(call->span.id, call->span.trace ? call->span.trace->id : TraceId{});
  return Assignment{.call = call->index, .worker = *call->worker};
}

void Runtime::workerReady(TaskIndex task, WorkerIndex index, double sentMs, double workerMs,
                          double clockOffsetMs) {
  Worker& worker = at(task).worker(index);
  worker.clock.reset(clockOffsetMs);
  worker.clock.observeAfter(sentMs, workerMs);
  worker.clock.observeBefore(workerMs, clock_.nowMs());
  if (worker.status == WorkerStatus::kStarting) worker.status = WorkerStatus::kReady;
}

bool Runtime::complete(CallIndex index, std::uint32_t generation, const Outcome& outcome) {
  Call* call = calls_.find(index);
  if (call == nullptr || !call->worker || call->record.generation() != generation) return false;
  ClockAlignment& clock = at(call->task).worker(*call->worker).clock;
  if (const auto startedMs = call->record.startedMs()) {
    clock.observeAfter(call->assignedMs, *startedMs);
  }
  if (const auto endedMs = call->record.endedMs()) {
    clock.observeBefore(*endedMs, clock_.nowMs());
  }
  settle(*call, outcome);
  at(call->task).workerSucceeded();
  at(call->task).remove(*call);
  calls_.release(*call);
  return true;
}

Runtime::Withdrawal Runtime::withdraw(CallIndex index, const Outcome& outcome) {
  Call* call = calls_.find(index);
  if (call == nullptr || call->settled) return Withdrawal::kGone;
  if (call->worker) call->record.requestCancel();  // first: making the entries takes a while
  settle(*call, outcome);
  if (call->worker) return Withdrawal::kHeld;
  at(call->task).remove(*call);
  calls_.release(*call);
  return Withdrawal::kRemoved;
}

bool Runtime::retry(CallIndex index) {
  Call& call = calls_.at(index);
  if (!at(call.task).shouldRetry(call)) return false;
  at(call.task).putBack(call);
  return true;
}

void Runtime::abandon(CallIndex index, const Outcome& outcome) {
  Call& call = calls_.at(index);
  settle(call, outcome);
  at(call.task).remove(call);
  calls_.abandon(call, clock_.nowMs());
}

std::optional<CallIndex> Runtime::firstQueued(TaskIndex task) const {
  return indexOf(tasks_[task]->firstQueued());
}

std::optional<CallIndex> Runtime::firstHeld(TaskIndex task, WorkerIndex worker) {
  return indexOf(at(task).worker(worker).calls.front());
}

std::optional<CallIndex> Runtime::firstStranded(TaskIndex task) {
  return at(task).stranded() ? firstQueued(task) : std::nullopt;
}

void Runtime::settle(Call& call, const Outcome& outcome) {
  if (call.settled) return;
  call.settled = true;
  if (!call.traced) return;
  const double endMs = std::max(clock_.nowMs(), call.span.startMs);
  timeline_.end(call.span, spanEnd(call, endMs, outcome), call.task, call.marked);
}

SpanEnd Runtime::spanEnd(Call& call, double endMs, const Outcome& outcome) {
  const double durationMs = endMs - call.span.startMs;
  SpanEnd end{.endMs = endMs,
              .queueWaitMs = durationMs,
              .executionMs = std::nullopt,
              .workerIndex = call.worker,
              .attemptCount = call.attemptCount,
              .outcome = outcome};
  const auto startedMs = call.worker ? call.record.startedMs() : std::nullopt;
  if (!startedMs) return end;
  const double takenMs = at(call.task).worker(*call.worker).clock.toOwnerMs(*startedMs);
  end.queueWaitMs = std::clamp(takenMs - call.span.startMs, 0.0, durationMs);
  if (const auto endedMs = call.record.endedMs()) {
    end.executionMs = std::clamp(*endedMs - *startedMs, 0.0, durationMs - end.queueWaitMs);
  }
  return end;
}

}  // namespace atelier
