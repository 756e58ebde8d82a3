#include "atelier/dispatch/worker_pool.h"

namespace atelier::core {

std::optional<WorkerIndex> WorkerPool::select() {
  std::optional<WorkerIndex> best;
  std::size_t running = 0;  // on that one
  bool moreToCome = false;
  const std::span<Worker> all = workers();
  for (WorkerIndex i = 0; i < all.size(); ++i) {
    Worker& worker = all[i];
    if (worker.status == WorkerStatus::kReady) {
      const std::size_t count = worker.countRunning();
      if (best && count >= running) continue;
      best = i;
      running = count;
    } else if (worker.status != WorkerStatus::kStopping) {
      moreToCome = true;
    }
  }
  if (running > 0 && moreToCome) return std::nullopt;
  return best;
}

std::optional<WorkerIndex> WorkerPool::selectToStart(std::size_t pending) {
  std::optional<WorkerIndex> absent;
  std::size_t available = 0;
  const std::span<Worker> all = workers();
  for (WorkerIndex i = 0; i < all.size(); ++i) {
    Worker& worker = all[i];
    if (worker.status == WorkerStatus::kAbsent) {
      if (!absent) absent = i;
    } else if (worker.status == WorkerStatus::kStarting ||
               (worker.status == WorkerStatus::kReady && worker.countRunning() == 0)) {
      ++available;
    }
  }
  return available < pending ? absent : std::nullopt;
}

}  // namespace atelier::core
