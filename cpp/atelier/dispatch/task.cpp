#include "atelier/dispatch/task.h"

#include <algorithm>

#include "atelier/dispatch/singleton_worker.h"
#include "atelier/dispatch/worker_pool.h"

namespace atelier::core {
namespace {

std::unique_ptr<Executor> makeExecutor(const TaskConfig& config) {
  if (config.label.type == TaskType::kSingleton) return std::make_unique<SingletonWorker>();
  return std::make_unique<WorkerPool>(config.poolSize);
}

std::size_t capacityOf(const TaskConfig& config) {
  if (config.maxQueueDepth == TaskConfig::kUnbounded) return DispatchQueue::kUnbounded;
  return std::size_t{config.maxQueueDepth} + config.maxInFlight;
}

}  // namespace

Task::Task(const TaskConfig& config, const Services& services)
    : config_(config),
      services_(services),
      queue_(config.queuePolicy, capacityOf(config)),
      executor_(makeExecutor(config)),
      offers_(config.workersKeepTheBound() ? DispatchQueue::kUnbounded : config.maxInFlight, queue_,
              *executor_),
      restarts_(config.crashPolicy, config.crashMaxRetries),
      cancelled_(config.terminateAfterMs) {}

void Task::enqueue(Call& call) {
  const bool bounded = config_.maxQueueDepth != TaskConfig::kUnbounded;
  queue_.enqueue(call, bounded ? inFlightAtMost() : 0);
}

Call* Task::nextOverflow() {
  Call* const call = queue_.overflow(inFlightAtMost(), 0);
  if (call == nullptr || config_.queuePolicy != QueuePolicy::kDropOldest) return call;
  recall();
  return queue_.overflow(executor_->countRunning(), slots());
}

Task::ToDo Task::offerPending() {
  ToDo toDo;
  if (!restarts_.hasFailed()) toDo.later = offers_.offerPending();
  const Call* call = queue_.peek();
  toDo.wake = offers_.hasWorkersToWake();
  toDo.bring = call != nullptr && call->arguments == ArgumentsIn::kMessage;
  toDo.start = neededWorker().has_value();
  return toDo;
}

Call* Task::assignNext() {
  awaitsClaim_ = false;
  const Call* next = queue_.peek();
  if (next == nullptr || next->arguments != ArgumentsIn::kMessage) return nullptr;
  // What is on offer comes first.
  if (!offers_.areAllClaimed()) {
    awaitsClaim_ = true;
    return nullptr;
  }
  if (executor_->countRunning() >= config_.maxInFlight) return nullptr;
  const std::optional<WorkerIndex> chosen = executor_->select();
  if (!chosen) return nullptr;
  Call* call = queue_.tryDequeue();
  executor_->hold(*call, *chosen);
  return call;
}

std::optional<WorkerIndex> Task::neededWorker() {
  if (activeWorkers_ == executor_->workers().size()) return std::nullopt;
  reconcileClaims();
  return executor_->selectToStart(startAll_ ? executor_->workers().size() : slots());
}

std::optional<WorkerIndex> Task::startNext() {
  if (!startAll_ &&
      (restarts_.hasFailed() || restarts_.holdsBack(services_.clock) || awaitsStart()))
    return std::nullopt;
  const std::optional<WorkerIndex> chosen = neededWorker();
  if (chosen) {
    openChannel(*chosen);
  } else {
    startAll_ = false;
  }
  return chosen;
}

bool Task::awaitsStart() const {
  return restarts_.startsOneByOne() &&
         std::ranges::any_of(executor_->workers(), [](const Worker& worker) {
           return worker.status == WorkerStatus::kStarting;
         });
}

double Task::restartsAtMs() {
  // Also if that has passed since `startNext` was asked: nothing else would ask it again.
  const double atMs = restarts_.restartsAtMs();
  if (atMs == kNever || restarts_.hasFailed() || awaitsStart() || !neededWorker()) return kNever;
  return atMs;
}

double Task::nextDeadlineMs() {
  double deadlineMs = std::min(cancelled_.deadlineMs(), restartsAtMs());
  if (config_.idleTimeoutMs == kNever) return deadlineMs;
  for (const Worker& worker : executor_->workers()) {
    deadlineMs = std::min(deadlineMs, idleUntilMs(worker));
  }
  return deadlineMs;
}

double Task::timerDelayMs() {
  const double deadlineMs = nextDeadlineMs();
  if (deadlineMs >= timerMs_) return kNever;
  timerMs_ = deadlineMs;
  return std::max(deadlineMs - services_.clock.nowMs(), 0.0);
}

void Task::startAll() {
  startAll_ = activeWorkers_ < executor_->workers().size();
  restarts_.reset();
}

void Task::openChannel(WorkerIndex index) {
  Worker& opened = worker(index);
  ++activeWorkers_;
  opened.status = WorkerStatus::kStarting;
  opened.channel = std::make_unique<WorkerChannel>(
      ChannelServices{
          .offers = offers_.ring(), .completions = services_.completions, .futex = services_.futex},
      index, config_.callsPerWorker());
}

void Task::workerReady(WorkerIndex index) {
  Worker& ready = worker(index);
  if (ready.status != WorkerStatus::kStarting) return;
  ready.status = WorkerStatus::kReady;
  ready.idleSinceMs = services_.clock.nowMs();
  offers_.wake(ready);
}

void Task::closeChannel(Worker& worker) {
  if (worker.status == WorkerStatus::kAbsent) return;
  --activeWorkers_;
  worker.status = WorkerStatus::kAbsent;
  worker.channel->revoke();
  recall();
  offers_.forgetWorker(worker);
  worker.lostChannel = worker.channel.get();
  services_.retired.retire(std::move(worker.channel));
}

// What a worker was about to claim is in flight: its fate is that of the worker's other calls.
void Task::workerEnded(WorkerIndex index) {
  Worker& lost = worker(index);
  Call* const call = Offers::wasWokenFor(lost);
  closeChannel(lost);
  if (call == nullptr || call->state() != OwnerState::kPending) return;
  queue_.withdraw(*call);
  executor_->hold(*call, index);
}

void Task::workerCrashed(WorkerIndex index) {
  const Worker& lost = worker(index);
  const bool whileStarting = lost.status == WorkerStatus::kStarting;
  workerEnded(index);
  restarts_.crashed({.atMs = services_.clock.nowMs(),
                     .whileStarting = whileStarting,
                     .useless = lost.held() == 0 && activeWorkers_ == 0});
}

bool Task::shouldRetry(const Call& call) const {
  return !call.settled && restarts_.retries(call.attemptCount);
}

void Task::putBack(Call& call) {
  remove(call);
  call.worker.reset();
  queue_.putBack(call);
}

void Task::stopAll() {
  startAll_ = false;
  for (Worker& worker : executor_->workers()) {
    if (worker.status == WorkerStatus::kAbsent) continue;
    worker.status = WorkerStatus::kStopping;
    worker.channel->revoke();
  }
  recall();
}

double Task::idleUntilMs(const Worker& worker) const {
  const bool isIdle = worker.status == WorkerStatus::kReady && worker.held() == 0;
  return isIdle ? worker.idleSinceMs + config_.idleTimeoutMs : kNever;
}

bool Task::isIdleForTooLong(Worker& worker) {
  const double untilMs = idleUntilMs(worker);
  if (untilMs == kNever) return false;
  const double nowMs = services_.clock.nowMs();
  if (nowMs < untilMs) return false;
  reconcileClaims();
  if (slots() == 0 && offers_.empty()) return worker.held() == 0;
  worker.idleSinceMs = nowMs;  // it may be about to claim a call
  return false;
}

std::optional<WorkerIndex> Task::endNext() {
  const std::span<Worker> workers = executor_->workers();
  for (WorkerIndex i = 0; i < workers.size(); ++i) {
    Worker& worker = workers[i];
    const bool hasStopped = worker.status == WorkerStatus::kStopping && worker.held() == 0;
    if (hasStopped || isIdleForTooLong(worker)) {
      closeChannel(worker);
      return i;
    }
  }
  return std::nullopt;
}

std::optional<WorkerIndex> Task::terminateNext() {
  const Call* const call = cancelled_.nextOverdue(std::min(timerMs_, services_.clock.nowMs()));
  if (call != nullptr) return call->worker;
  timerMs_ = kNever;
  return std::nullopt;
}

void Task::remove(Call& call) {
  switch (call.state()) {
    case OwnerState::kFree:
    case OwnerState::kCreated:
    case OwnerState::kReleased:
      break;
    case OwnerState::kWaiting:
    case OwnerState::kPending:
      queue_.withdraw(call);
      break;
    case OwnerState::kReady:
      offers_.remove(call);
      break;
    case OwnerState::kHeld:
    case OwnerState::kFinished:
      cancelled_.remove(call);
      executor_->release(call);
      if (config_.idleTimeoutMs != kNever)
        worker(*call.worker).idleSinceMs = services_.clock.nowMs();
      break;
  }
}

void Task::release(Call& call) {
  remove(call);
  call.enter(OwnerState::kReleased);
}

bool Task::stranded() {
  if (restarts_.hasFailed()) return findQueued() != nullptr;
  return activeWorkers_ == 0 && depth() > 0 && restarts_.givesUp();
}

Call* Task::findQueued() {
  reconcileClaims();
  if (!offers_.empty()) return offers_.first();
  return queue_.depth() > 0 ? queue_.oldest() : queue_.firstWaiting();
}

std::size_t Task::slots() {
  const std::size_t places =
      config_.maxInFlight - std::min<std::size_t>(executor_->countRunning(), config_.maxInFlight);
  return std::min(depth(), places);
}

void Task::countInFlight() {
  reconcileClaims();
  std::size_t unclaimed = slots();
  pending_ = depth();
  const std::size_t limit = config_.callsPerWorker();
  inFlight_ = 0;
  using enum WorkerStatus;
  for (const WorkerStatus status : {kReady, kStarting, kStopping, kAbsent}) {
    for (Worker& worker : executor_->workers()) {
      if (worker.status != status) continue;
      const std::size_t running = worker.countRunning();
      const bool claims = status == kReady || status == kStarting;
      const std::size_t claimed =
          claims ? std::min(unclaimed, limit - std::min(running, limit)) : 0;
      unclaimed -= claimed;
      pending_ -= claimed;
      inFlight_ += running + claimed;
      worker.inFlight = running + (status == kReady ? claimed : 0);
    }
  }
}

}  // namespace atelier::core
