#include "atelier/task.h"

#include <algorithm>
#include <cmath>

#include "atelier/singleton_worker.h"
#include "atelier/worker_pool.h"

namespace atelier {
namespace {

std::unique_ptr<Executor> makeExecutor(const TaskConfig& config) {
  if (config.label.type == TaskType::kSingleton) return std::make_unique<SingletonWorker>();
  return std::make_unique<WorkerPool>(config.poolSize);
}

constexpr double kFirstRestartDelayMs = 50;
constexpr double kMaxRestartDelayMs = 2000;

std::size_t capacityOf(const TaskConfig& config) {
  if (config.maxQueueDepth == TaskConfig::kUnbounded) return DispatchQueue::kUnbounded;
  return std::size_t{config.maxQueueDepth} + config.maxInFlight;
}

}  // namespace

Task::Task(const TaskConfig& config)
    : config_(config),
      queue_(config.queuePolicy, capacityOf(config)),
      executor_(makeExecutor(config)) {}

void Task::take(Call& call) {
  ++totalDispatched_;
  queue_.take(call, held_);
}

Call* Task::assignNext(double nowMs) {
  if (queue_.depth() == 0 || held_ >= config_.maxInFlight) return nullptr;
  const std::optional<WorkerIndex> chosen = executor_->select();
  if (!chosen) return nullptr;
  Call* call = queue_.takeNext();
  call->stage = CallStage::kHeld;
  call->worker = chosen;
  call->assignedMs = nowMs;
  ++call->attemptCount;
  ++held_;
  worker(*chosen).calls.pushBack(*call);
  return call;
}

std::optional<WorkerIndex> Task::startNext(double nowMs) {
  if (!startAll_ && (failed_ || restartDelayMs(nowMs))) return std::nullopt;
  const std::size_t wanted = startAll_ ? executor_->workers().size() : slots();
  const std::optional<WorkerIndex> chosen = executor_->selectToStart(wanted);
  if (chosen) {
    worker(*chosen).status = WorkerStatus::kStarting;
  } else {
    startAll_ = false;
  }
  return chosen;
}

std::optional<double> Task::restartDelayMs(double nowMs) const {
  if (crashes_ < 2 || slots() == 0) return std::nullopt;
  const double spacingMs =
      std::min(std::ldexp(kFirstRestartDelayMs, static_cast<int>(std::min(crashes_ - 2, 16U))),
               kMaxRestartDelayMs);
  const double leftMs = lastCrashMs_ + spacingMs - nowMs;
  return leftMs > 0 ? std::optional(leftMs) : std::nullopt;
}

void Task::startAll() {
  startAll_ = true;
  failed_ = false;
  crashes_ = 0;
}

void Task::workerCrashed(WorkerIndex index, double nowMs) {
  Worker& crashed = worker(index);
  lastCrashWasStart_ = crashed.status == WorkerStatus::kStarting;
  crashed.status = WorkerStatus::kAbsent;
  ++crashes_;
  lastCrashMs_ = nowMs;
  if (config_.crashPolicy == CrashPolicy::kFailTask) failed_ = true;
}

bool Task::shouldRetry(const Call& call) const {
  return config_.crashPolicy == CrashPolicy::kRequeueInFlight && !call.settled &&
         call.attemptCount <= config_.crashMaxRetries;
}

void Task::putBack(Call& call) {
  remove(call);
  call.worker.reset();
  queue_.putBack(call);
}

void Task::stopAll() {
  startAll_ = false;
  for (Worker& worker : executor_->workers()) {
    if (worker.status != WorkerStatus::kAbsent) worker.status = WorkerStatus::kStopping;
  }
}

void Task::stopIfIdle(WorkerIndex index) {
  Worker& idle = worker(index);
  if (idle.status == WorkerStatus::kReady && idle.calls.empty()) {
    idle.status = WorkerStatus::kStopping;
  }
}

std::optional<WorkerIndex> Task::endNext() {
  const std::span<Worker> workers = executor_->workers();
  for (WorkerIndex i = 0; i < workers.size(); ++i) {
    Worker& worker = workers[i];
    if (worker.status == WorkerStatus::kStopping && worker.calls.empty()) {
      worker.status = WorkerStatus::kAbsent;
      return i;
    }
  }
  return std::nullopt;
}

void Task::remove(Call& call) {
  if (!call.worker) {
    queue_.withdraw(call);
    return;
  }
  worker(*call.worker).calls.remove(call);
  --held_;
}

bool Task::stranded() {
  if (failed_) return firstQueued() != nullptr;
  // A worker that could not even start is tried again by the next call, not for these.
  const bool useless = lastCrashWasStart_ || crashes_ > config_.crashMaxRetries;
  return useless && crashes_ > 0 && queue_.depth() > 0 && activeWorkers() == 0;
}

Call* Task::firstQueued() const {
  return queue_.depth() > 0 ? queue_.oldest() : queue_.firstWaiting();
}

std::uint32_t Task::activeWorkers() {
  const std::span<Worker> workers = executor_->workers();
  return static_cast<std::uint32_t>(
      std::count_if(workers.begin(), workers.end(),
                    [](const Worker& worker) { return worker.status != WorkerStatus::kAbsent; }));
}

}  // namespace atelier
