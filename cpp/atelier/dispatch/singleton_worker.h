#pragma once

#include "atelier/dispatch/executor.h"

namespace atelier {

// SingletonWorker gives every call to the one worker, so that handlers can keep state in it.
class SingletonWorker final : public Executor {
 public:
  std::span<Worker> workers() override { return {&worker_, 1}; }

  std::optional<WorkerIndex> select() override {
    return worker_.status == WorkerStatus::kReady ? std::optional<WorkerIndex>(0) : std::nullopt;
  }

  std::optional<WorkerIndex> selectToStart(std::size_t pending) override {
    const bool needed = pending > 0 && worker_.status == WorkerStatus::kAbsent;
    return needed ? std::optional<WorkerIndex>(0) : std::nullopt;
  }

 private:
  Worker worker_;
};

}  // namespace atelier
