#include "atelier/worker_pool.h"

namespace atelier {

std::optional<WorkerIndex> WorkerPool::select() {
  std::optional<WorkerIndex> best;
  bool moreToCome = false;
  for (WorkerIndex i = 0; i < size_; ++i) {
    const Worker& worker = workers_[i];
    if (worker.status == WorkerStatus::kReady) {
      if (!best || worker.calls.size() < workers_[*best].calls.size()) best = i;
    } else {
      moreToCome = true;
    }
  }
  if (best && moreToCome && !workers_[*best].calls.empty()) return std::nullopt;
  return best;
}

std::optional<WorkerIndex> WorkerPool::selectToStart(std::size_t pending) {
  std::optional<WorkerIndex> absent;
  std::size_t available = 0;
  for (WorkerIndex i = 0; i < size_; ++i) {
    const Worker& worker = workers_[i];
    if (worker.status == WorkerStatus::kAbsent) {
      if (!absent) absent = i;
    } else if (worker.status == WorkerStatus::kStarting || worker.calls.empty()) {
      ++available;
    }
  }
  return available < pending ? absent : std::nullopt;
}

}  // namespace atelier
