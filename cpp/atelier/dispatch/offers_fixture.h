#pragma once

#include <gtest/gtest.h>

#include <vector>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier::core {

// OffersTest has a runtime, and workers that claim calls when the test says so.
class OffersTest : public ::testing::Test {
 protected:
  TaskIndex parallel(std::uint32_t poolSize, std::uint32_t maxInFlight) {
    return runtime.defineTask({.label = {}, .poolSize = poolSize, .maxInFlight = maxInFlight});
  }
  CallIndex dispatch(TaskIndex task, double priority = 0) {
    return testing::dispatchShared(runtime, task, priority);
  }
  void startAll(TaskIndex task) {
    runtime.at(task).startAll();
    while (const auto worker = runtime.nextWorkerToStart(task)) {
      runtime.workerReady(task, *worker, 0, 0, 0);
    }
  }
  CallRecord* next(TaskIndex task, WorkerIndex worker = 0) {
    return runtime.at(task).worker(worker).channel->next(clock,
                                                         WorkerChannel::IdleStrategy::kReturn);
  }
  WorkerChannel::Finish finish(TaskIndex task, CallRecord& record, WorkerIndex worker = 0) {
    WorkerChannel& channel = *runtime.at(task).worker(worker).channel;
    return channel.finish(record, ReplyKind::kResult, channel.scratch(), 0, clock);
  }
  // In the order in which one worker takes them.
  std::vector<CallIndex> claimAll(TaskIndex task) {
    std::vector<CallIndex> order;
    while (CallRecord* record = next(task)) {
      order.push_back(record->index);
      finish(task, *record);
    }
    return order;
  }

  testing::ManualClock clock;
  testing::ThreadFutex futex;
  HeapBudgets budgets = testing::unbounded();
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {1, 2, 3}, {}};
};

}  // namespace atelier::core
