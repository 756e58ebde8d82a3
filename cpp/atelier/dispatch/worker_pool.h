#pragma once

#include <optional>

#include "atelier/dispatch/executor.h"

namespace atelier::core {

// WorkerPool spreads calls over a fixed number of workers, started one by one as calls need them. A
// call goes to the worker with the least to do, and never behind a busy one while another is idle
// or could be started.
class WorkerPool final : public Executor {
 public:
  using Executor::Executor;

  std::optional<WorkerIndex> select() override;
  std::optional<WorkerIndex> selectToStart(std::size_t pending) override;
};

}  // namespace atelier::core
