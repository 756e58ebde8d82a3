#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "atelier/dispatch/worker.h"

namespace atelier {

// Executor decides which worker takes a task's next call, and when to start one. It owns the
// workers' states. Owner thread only.
class Executor {
 public:
  virtual ~Executor() = default;

  // All workers, started or not; a worker keeps its index for the task's life.
  virtual std::span<Worker> workers() = 0;

  // Returns the worker that should take the next call now, or none if the call should wait: no
  // worker is ready, or a better one is about to be.
  virtual std::optional<WorkerIndex> select() = 0;

  // Returns a worker to start so that `pending` calls find one, or none if enough are there.
  virtual std::optional<WorkerIndex> selectToStart(std::size_t pending) = 0;
};

}  // namespace atelier
