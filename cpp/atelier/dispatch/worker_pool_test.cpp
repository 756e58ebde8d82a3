#include "atelier/dispatch/worker_pool.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "atelier/dispatch/singleton_worker.h"

namespace atelier::core {
namespace {

class WorkerPoolOf : public ::testing::TestWithParam<std::size_t> {
 protected:
  void makeAllReady() {
    for (Worker& worker : pool.workers()) worker.status = WorkerStatus::kReady;
  }
  void load(WorkerIndex index) {
    Call& call = calls.emplace_back();
    call.record = std::make_unique<CallRecord>();
    pool.workers()[index].calls.pushBack(call);
  }

  WorkerPool pool{GetParam()};
  std::deque<Call> calls;
};

TEST_P(WorkerPoolOf, GivesNothingToWorkersThatAreNotReady) {
  EXPECT_EQ(pool.select(), std::nullopt);
  for (Worker& worker : pool.workers()) worker.status = WorkerStatus::kStarting;
  EXPECT_EQ(pool.select(), std::nullopt);
  for (Worker& worker : pool.workers()) worker.status = WorkerStatus::kStopping;
  EXPECT_EQ(pool.select(), std::nullopt);
}

TEST_P(WorkerPoolOf, NeverQueuesBehindABusyWorkerWhileAnotherIsIdle) {
  makeAllReady();
  for (std::size_t i = 0; i < GetParam(); ++i) {
    const auto chosen = pool.select();
    ASSERT_TRUE(chosen);
    EXPECT_TRUE(pool.workers()[*chosen].calls.empty());
    load(*chosen);
  }
}

TEST_P(WorkerPoolOf, SpreadsEvenlyWhenAllAreBusy) {
  makeAllReady();
  for (std::size_t i = 0; i < 5 * GetParam(); ++i) load(*pool.select());
  for (const Worker& worker : pool.workers()) EXPECT_EQ(worker.calls.size(), 5U);
}

class WorkerPoolOfSeveral : public WorkerPoolOf {};

TEST_P(WorkerPoolOfSeveral, WaitsForAStartingWorkerRatherThanToQueueBehindABusyOne) {
  makeAllReady();
  pool.workers().back().status = WorkerStatus::kStarting;
  for (WorkerIndex i = 0; i + 1 < GetParam(); ++i) load(i);
  EXPECT_EQ(pool.select(), std::nullopt);
}

TEST_P(WorkerPoolOf, StartsAsManyWorkersAsThereAreCallsForThem) {
  const std::size_t pending = (GetParam() + 1) / 2;
  std::size_t started = 0;
  while (const auto index = pool.selectToStart(pending)) {
    EXPECT_EQ(pool.workers()[*index].status, WorkerStatus::kAbsent);
    pool.workers()[*index].status = WorkerStatus::kStarting;
    ++started;
  }
  EXPECT_EQ(started, pending);
}

TEST_P(WorkerPoolOf, StartsNoWorkerWhileAnIdleOneIsThere) {
  pool.workers()[0].status = WorkerStatus::kReady;
  EXPECT_EQ(pool.selectToStart(1), std::nullopt);
  EXPECT_EQ(pool.selectToStart(0), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Sizes, WorkerPoolOf, ::testing::Values(1, 2, 4, 8, 64));
INSTANTIATE_TEST_SUITE_P(Sizes, WorkerPoolOfSeveral, ::testing::Values(2, 4, 8, 64));

TEST(SingletonWorker, TakesEveryCallOnceItIsReady) {
  SingletonWorker executor;
  EXPECT_EQ(executor.select(), std::nullopt);
  EXPECT_EQ(executor.selectToStart(0), std::nullopt);
  EXPECT_EQ(executor.selectToStart(1), 0U);
  executor.workers()[0].status = WorkerStatus::kStarting;
  EXPECT_EQ(executor.selectToStart(5), std::nullopt);
  executor.workers()[0].status = WorkerStatus::kReady;
  Call call;
  executor.workers()[0].calls.pushBack(call);
  EXPECT_EQ(executor.select(), 0U);
}

}  // namespace
}  // namespace atelier::core
