#include "atelier/task.h"

#include <algorithm>

#include "atelier/singleton_worker.h"
#include "atelier/worker_pool.h"

namespace atelier {
namespace {

std::unique_ptr<Executor> makeExecutor(const TaskConfig& config) {
  if (config.label.type == TaskType::kSingleton) return std::make_unique<SingletonWorker>();
  return std::make_unique<WorkerPool>(config.poolSize);
}

}  // namespace

Task::Task(const TaskConfig& config) : config_(config), executor_(makeExecutor(config)) {}

void Task::accept(Call& call) {
  ++totalDispatched_;
  queue_.accept(call);
}

Call* Task::assignNext(double nowMs) {
  if (queue_.depth() == 0 || inFlight_ >= config_.maxInFlight) return nullptr;
  const std::optional<WorkerIndex> chosen = executor_->select();
  if (!chosen) return nullptr;
  Call* call = queue_.takeNext();
  call->worker = chosen;
  call->assignedMs = nowMs;
  ++call->attemptCount;
  ++inFlight_;
  worker(*chosen).calls.pushBack(*call);
  return call;
}

std::optional<WorkerIndex> Task::startNext() {
  std::size_t wanted = executor_->workers().size();
  if (!startAll_) {
    const std::size_t room = config_.maxInFlight > inFlight_ ? config_.maxInFlight - inFlight_ : 0;
    wanted = std::min(queue_.depth(), room);
  }
  const std::optional<WorkerIndex> chosen = executor_->selectToStart(wanted);
  if (chosen) {
    worker(*chosen).status = WorkerStatus::kStarting;
  } else {
    startAll_ = false;
  }
  return chosen;
}

void Task::stopAll() {
  startAll_ = false;
  for (Worker& worker : executor_->workers()) {
    if (worker.status != WorkerStatus::kAbsent) worker.status = WorkerStatus::kStopping;
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
  --inFlight_;
}

bool Task::stranded() { return queue_.depth() > 0 && activeWorkers() == 0; }

std::uint32_t Task::activeWorkers() {
  const std::span<Worker> workers = executor_->workers();
  return static_cast<std::uint32_t>(
      std::count_if(workers.begin(), workers.end(),
                    [](const Worker& worker) { return worker.status != WorkerStatus::kAbsent; }));
}

}  // namespace atelier
