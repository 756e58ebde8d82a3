#pragma once

#include <memory>

#include "atelier/dispatch/executor.h"

namespace atelier {

// WorkerPool spreads calls over a fixed number of workers, started one by one as calls need them. A
// call goes to the worker with the least to do, and never behind a busy one while another is idle
// or could be started.
class WorkerPool final : public Executor {
 public:
  // Preconditions: size >= 1.
  explicit WorkerPool(std::size_t size) : workers_(new Worker[size]), size_(size) {}

  std::span<Worker> workers() override { return {workers_.get(), size_}; }
  std::optional<WorkerIndex> select() override;
  std::optional<WorkerIndex> selectToStart(std::size_t pending) override;

 private:
  std::unique_ptr<Worker[]> workers_;
  std::size_t size_;
};

}  // namespace atelier
