#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "atelier/assert.h"
#include "atelier/dispatch/worker.h"

namespace atelier::core {

// Executor decides which worker takes a task's next call, and when to start one. It owns the
// workers' states. Owner thread only.
class Executor {
 public:
  // Precondition: size >= 1.
  explicit Executor(std::size_t size) : workers_(new Worker[size]), size_(size) {
    ATELIER_ASSERT(size > 0);
  }
  virtual ~Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // workers() returns all of them, started or not; a worker keeps its index for the task's life.
  std::span<Worker> workers() { return {workers_.get(), size_}; }

  // hold() gives a call to a worker.
  void hold(Call& call, WorkerIndex by) {
    ++held_;
    workers()[by].hold(call, by);
  }

  // release() takes a call from the worker that holds it.
  void release(Call& call) {
    --held_;
    workers()[*call.worker].release(call);
  }

  // countRunning() counts the calls that workers have to run, or run.
  std::size_t countRunning() {
    std::size_t count = 0;
    for (Worker& worker : workers()) count += worker.countRunning();
    return count;
  }

  // held() returns how many calls workers hold, finished ones too.
  std::size_t held() const { return held_; }

  // select() returns the worker that should take the next call now, or none if the call should
  // wait: no worker is ready, or a better one is about to be.
  virtual std::optional<WorkerIndex> select() = 0;

  // selectToStart() returns a worker to start so that `pending` calls find one, or none if enough
  // are there.
  virtual std::optional<WorkerIndex> selectToStart(std::size_t pending) = 0;

 private:
  std::unique_ptr<Worker[]> workers_;
  std::size_t size_;
  std::size_t held_ = 0;
};

}  // namespace atelier::core
