#pragma once

#include "atelier/dispatch/executor.h"

namespace atelier::core {

// SingletonWorker gives every call to the one worker, so that handlers can keep state in it.
class SingletonWorker final : public Executor {
 public:
  SingletonWorker() : Executor(1) {}

  std::optional<WorkerIndex> select() override {
    return workers().front().status == WorkerStatus::kReady ? std::optional<WorkerIndex>(0)
                                                            : std::nullopt;
  }

  std::optional<WorkerIndex> selectToStart(std::size_t pending) override {
    const bool needed = pending > 0 && workers().front().status == WorkerStatus::kAbsent;
    return needed ? std::optional<WorkerIndex>(0) : std::nullopt;
  }
};

}  // namespace atelier::core
