#pragma once

#include <gtest/gtest.h>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier::core {

// RuntimeTest has a runtime, and workers that take calls when the test says so.
class RuntimeTest : public ::testing::Test {
 protected:
  using Kind = testing::Entry::Kind;

  TaskIndex parallel(std::uint32_t poolSize, std::uint32_t maxInFlight) {
    return runtime.defineTask({.label = {}, .poolSize = poolSize, .maxInFlight = maxInFlight});
  }
  TaskIndex parallel(std::uint32_t poolSize) { return parallel(poolSize, poolSize); }

  CallIndex dispatch(TaskIndex task) { return testing::dispatchByMessage(runtime, task); }

  std::uint32_t startAll(TaskIndex task) {
    std::uint32_t started = 0;
    while (const auto worker = runtime.nextWorkerToStart(task)) {
      runtime.workerReady(task, *worker, clock.nowMs(), clock.nowMs(), 0);
      ++started;
    }
    return started;
  }

  // Starts the worker of a pool of one, at 10. Its clock is 500 ms ahead.
  void startWorkerAhead(TaskIndex task) {
    ASSERT_TRUE(runtime.nextWorkerToStart(task));
    clock.advance(10);
    runtime.workerReady(task, 0, 9, 509, -500);
  }

  bool complete(CallIndex call, const Outcome& outcome = {}) {
    return runtime.complete(call, runtime.record(call).generation, outcome);
  }

  // For how many ms a restart is held back.
  double heldBackMs(TaskIndex task) {
    const double untilMs = runtime.at(task).nextDeadlineMs();
    return untilMs == kNever ? 0 : untilMs - clock.nowMs();
  }

  SpanEnd lastSpan() { return *sink.of(Kind::kMeasure).back().spanEnd; }

  testing::ManualClock clock;
  testing::ThreadFutex futex;
  HeapBudgets budgets = testing::unbounded();
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {1, 2, 3}, {}};
};

}  // namespace atelier::core
