#include "atelier/dispatch/runtime.h"

#include <algorithm>

namespace atelier::core {
namespace {

std::optional<CallIndex> indexOf(const Call* call) {
  return call != nullptr ? std::optional(call->index) : std::nullopt;
}

}  // namespace

TaskIndex Runtime::defineTask(const TaskConfig& config) {
  auto index = static_cast<TaskIndex>(tasks_.size());
  if (freeTasks_.empty()) {
    tasks_.push_back(nullptr);
  } else {
    index = freeTasks_.back();
    freeTasks_.pop_back();
  }
  const Task::Services services{
      .clock = clock_, .completions = completions_, .futex = futex_, .retired = retired_};
  tasks_[index] = std::make_unique<TaskEntry>();
  tasks_[index]->label = config.label;
  tasks_[index]->task = std::make_unique<Task>(config, services);
  ++servedTasks_;
  return index;
}

void Runtime::disposeTask(TaskIndex task) {
  if (!tasks_[task]->task) return;
  tasks_[task]->task.reset();
  if (--servedTasks_ == 0 && calls_.size() == 0) calls_.freeAll();
}

void Runtime::forgetTask(TaskIndex task) {
  tasks_[task].reset();
  freeTasks_.push_back(task);
}

const Method& Runtime::defineMethod(TaskIndex task, TextHandle text, std::uint32_t bytes) {
  auto& methods = tasks_[task]->methods;
  methods.push_back(std::make_unique<Method>(text, std::span(scratch_).first(bytes)));
  return *methods.back();
}

std::optional<CallIndex> Runtime::dispatch(TaskIndex task, const Method& method,
                                           std::optional<Membership> trace, double priority) {
  ++tasks_[task]->dispatched;
  Call* const call = calls_.allocate();
  if (call == nullptr) return std::nullopt;
  call->task = task;
  call->priority = priority;
  if (startSpan(call->span, task, method, trace)) {
    call->entries = timeline_.start(call->span) ? SpanEntries::kMarks : SpanEntries::kMeasure;
  }
  call->record->method = &method;
  call->record->span = call->span.id;
  call->record->trace = call->span.trace ? call->span.trace->id : TraceId{};
  return call->index;
}

void Runtime::refuse(TaskIndex task, const Method& method, std::optional<Membership> trace,
                     const Outcome& outcome) {
  Span span;
  if (!startSpan(span, task, method, trace)) return;
  const bool marked = timeline_.start(span);
  timeline_.end(span, {.endMs = span.startMs, .outcome = outcome}, marked);
}

// Returns whether the span is to be in the timeline.
bool Runtime::startSpan(Span& span, TaskIndex task, const Method& method,
                        std::optional<Membership> trace) {
  const SpanOptions& options = timeline_.options();
  if (trace) span.trace = tracer_.countSpan(*trace);
  const bool sampled = trace ? tracer_.sampled(trace->trace)
                             : options.sampleRate >= 1 || ids_.nextUnit() < options.sampleRate;
  if (!options.enabled || !sampled) return false;
  span.id = ids_.nextSpanId();
  span.task = tasks_[task]->label;
  span.method = method.text;
  span.startMs = clock_.nowMs();
  return true;
}

bool Runtime::enqueue(CallIndex index) {
  Call& call = calls_.at(index);
  at(call.task).enqueue(call);
  return call.state() == OwnerState::kPending;
}

std::byte* Runtime::reserveArguments(CallIndex index, std::uint32_t bytes) {
  Call& call = calls_.at(index);
  if (!calls_.reserveArguments(call, bytes, replyRoom(call))) return nullptr;
  return call.record->payload;
}

bool Runtime::readyShared(CallIndex index, std::uint32_t bytes, bool transferResult) {
  Call& call = calls_.at(index);
  if (call.record->payload != nullptr) {
    ATELIER_ASSERT(call.record->argumentBytes == bytes);
  } else if (!calls_.setArguments(call, std::span(scratch_).first(bytes), replyRoom(call))) {
    return false;
  }
  call.record->transferResult = transferResult;
  call.assignedMs = call.span.startMs;
  call.arguments = ArgumentsIn::kRecord;
  return true;
}

void Runtime::readyForMessage(CallIndex index) {
  Call& call = calls_.at(index);
  calls_.reserveArguments(call, 0, replyRoom(call));  // for the reply's sake
  call.arguments = ArgumentsIn::kMessage;
}

std::optional<CallIndex> Runtime::nextOverflow(TaskIndex task) {
  return indexOf(at(task).nextOverflow());
}

std::optional<CallIndex> Runtime::nextAdmission(TaskIndex task) {
  return indexOf(at(task).admitNext());
}

std::optional<Assignment> Runtime::nextAssignment(TaskIndex task) {
  Call* call = at(task).assignNext();
  if (call == nullptr) return std::nullopt;
  call->assignedMs = clock_.nowMs();
  call->record->assign();
  return Assignment{.call = call->index, .worker = *call->worker};
}

void Runtime::workerReady(TaskIndex task, WorkerIndex index, double sentMs, double workerMs,
                          double clockOffsetMs) {
  Worker& worker = at(task).worker(index);
  worker.clock.reset(clockOffsetMs);
  worker.clock.observeAfter(sentMs, workerMs);
  worker.clock.observeBefore(workerMs, clock_.nowMs());
  at(task).workerReady(index);
}

void Runtime::workerStopped(const WorkerChannel* channel) {
  for (auto& record : retired_.reclaim(channel)) calls_.reuse(std::move(record));
}

bool Runtime::holds(TaskIndex task, WorkerIndex worker, CallIndex index, std::uint32_t generation) {
  Call* const call = calls_.find(index);
  if (call == nullptr || call->task != task || call->record->generation != generation) return false;
  at(task).reconcileClaim(*call);
  return call->isHeld() && call->worker == worker;
}

CallRecord* Runtime::nextCompletion() {
  while (CallRecord* record = completions_.pop()) {
    Call* call = calls_.find(record->index);
    // Otherwise its worker was lost, and what it finished meanwhile does not count.
    if (call != nullptr && call->record.get() == record &&
        record->state() == RecordState::kFinished) {
      return record;
    }
  }
  return nullptr;
}

bool Runtime::isAlone(CallIndex index) {
  const Call& call = calls_.at(index);
  return at(call.task).worker(*call.worker).countRunning() == 1;
}

void Runtime::posted(CallIndex index) {
  Call& call = calls_.at(index);
  const WorkerIndex by = *call.worker;
  const AsWorker role;
  if (!call.record->claim(call.record->generation, by) || call.entries == SpanEntries::kNone)
    return;
  const double offsetMs = at(call.task).worker(by).clock.offsetMs();
  call.record->start(std::max(call.assignedMs - offsetMs, 0.0));
}

void Runtime::reported(CallIndex index, std::uint32_t generation, double startedMs,
                       double endedMs) {
  Call* call = calls_.find(index);
  if (call == nullptr || call->record->generation != generation) return;
  if (call->record->state() != RecordState::kRunning) return;
  const AsWorker role;
  call->record->start(startedMs);
  call->record->finish(generation, endedMs);
}

void Runtime::release(CallIndex index) {
  Call& call = calls_.at(index);
  at(call.task).reconcileClaim(call);
  alignClock(call);
  at(call.task).workerSucceeded();
  at(call.task).release(call);
}

bool Runtime::lose(CallIndex index) {
  Call& call = calls_.at(index);
  std::unique_ptr<CallRecord> old = calls_.renew(call);
  if (!old) return false;
  call.record->keepStart(*old);
  Task& task = at(call.task);
  call.clockOffsetMs = task.worker(*call.worker).clock.offsetMs();
  retired_.retire(task.worker(*call.worker).lostChannel, std::move(old));
  task.release(call);
  return true;
}

bool Runtime::complete(CallIndex index, std::uint32_t generation, const Outcome& outcome) {
  Call* call = calls_.find(index);
  if (call == nullptr || call->record->generation != generation) return false;
  at(call->task).reconcileClaim(*call);
  if (!call->worker) return false;
  settle(*call, outcome);
  if (call->isHeld()) at(call->task).workerSucceeded();
  at(call->task).remove(*call);
  calls_.free(*call);
  return true;
}

void Runtime::requestCancel(CallIndex index) {
  Call& call = calls_.at(index);
  call.record->requestCancel();
  at(call.task).cancel(call);
}

Runtime::Withdrawal Runtime::withdraw(CallIndex index, const Outcome& outcome) {
  Call* call = calls_.find(index);
  if (call == nullptr || call->settled) return Withdrawal::kGone;
  // First, since making the entries takes a while.
  const bool isOut = call->state() == OwnerState::kReady || call->isHeld();
  if (isOut && !call->record->requestCancel()) at(call->task).reconcileClaim(*call);
  settle(*call, outcome);
  if (call->isHeld()) {
    at(call->task).cancel(*call);
    return Withdrawal::kHeld;
  }
  if (call->state() != OwnerState::kCreated) at(call->task).remove(*call);
  calls_.free(*call);
  return Withdrawal::kRemoved;
}

bool Runtime::retry(CallIndex index) {
  Call& call = calls_.at(index);
  Task& task = at(call.task);
  if (!task.shouldRetry(call)) return false;
  std::unique_ptr<CallRecord> old = calls_.renew(call);
  if (!old) return false;
  retired_.retire(task.worker(*call.worker).lostChannel, std::move(old));
  task.putBack(call);
  return true;
}

void Runtime::abandon(CallIndex index, const Outcome& outcome) {
  Call& call = calls_.at(index);
  Task& task = at(call.task);
  settle(call, outcome);
  const WorkerChannel* const channel = task.worker(*call.worker).lostChannel;
  task.remove(call);
  retired_.retire(channel, calls_.abandon(call));
}

std::optional<CallIndex> Runtime::findQueued(TaskIndex task) {
  return indexOf(at(task).findQueued());
}

std::optional<CallIndex> Runtime::firstHeld(TaskIndex task, WorkerIndex worker) {
  const Worker& by = at(task).worker(worker);
  return indexOf(by.finished.empty() ? by.calls.front() : by.finished.front());
}

std::optional<CallIndex> Runtime::firstStranded(TaskIndex task) {
  return at(task).stranded() ? findQueued(task) : std::nullopt;
}

void Runtime::alignClock(Call& call) {
  ClockAlignment& clock = at(call.task).worker(*call.worker).clock;
  const auto startedMs = call.record->startedMs();
  const auto endedMs = call.record->endedMs();
  if (startedMs && endedMs) {  // a start alone may be the owner's own guess (`posted`)
    clock.observeAfter(call.assignedMs, *startedMs);
    clock.observeBefore(*endedMs, clock_.nowMs());
  }
  call.clockOffsetMs = clock.offsetMs();
}

void Runtime::settle(Call& call, const Outcome& outcome) {
  if (call.settled) return;
  call.settled = true;
  if (call.entries == SpanEntries::kNone) return;
  if (call.isHeld()) alignClock(call);
  const double endMs = std::max(clock_.nowMs(), call.span.startMs);
  timeline_.end(call.span, spanEnd(call, endMs, outcome), call.entries == SpanEntries::kMarks);
}

SpanEnd Runtime::spanEnd(Call& call, double endMs, const Outcome& outcome) {
  const double durationMs = endMs - call.span.startMs;
  SpanEnd end{.endMs = endMs,
              .queueWaitMs = durationMs,
              .executionMs = std::nullopt,
              .workerIndex = call.worker,
              .attemptCount = call.attemptCount,
              .outcome = outcome};
  const auto startedMs = call.worker ? call.record->startedMs() : std::nullopt;
  if (!startedMs) return end;
  double longestWaitMs = durationMs;
  if (const auto endedMs = call.record->endedMs()) {
    // By one clock, and so more exact than the wait.
    end.executionMs = std::clamp(*endedMs - *startedMs, 0.0, durationMs);
    longestWaitMs -= *end.executionMs;
  }
  const double takenMs = *startedMs + call.clockOffsetMs;
  end.queueWaitMs = std::clamp(takenMs - call.span.startMs, 0.0, longestWaitMs);
  return end;
}

}  // namespace atelier::core
