// A call's way from its acceptance to its end, and what a task and a runtime take and give back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "atelier/dispatch/runtime_fixture.h"

namespace atelier::core {
namespace {

TEST_F(RuntimeTest, TakesACallThroughAWorker) {
  const TaskIndex task = parallel(2);
  const CallIndex call = dispatch(task);
  EXPECT_EQ(runtime.nextAssignment(task), std::nullopt);
  EXPECT_EQ(startAll(task), 1U);
  const auto assignment = runtime.nextAssignment(task);
  ASSERT_TRUE(assignment);
  EXPECT_EQ(assignment->call, call);
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 1U);
  EXPECT_TRUE(complete(call));
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 0U);
  EXPECT_EQ(runtime.openCalls(), 0U);
  EXPECT_EQ(lastSpan().attemptCount, 1U);
  EXPECT_EQ(lastSpan().outcome.status, SpanStatus::kOk);
}

TEST_F(RuntimeTest, TakesLargeArgumentsWhereItHasReservedRoomForThem) {
  constexpr std::uint32_t kBytes = 100'000;
  budgets.payloads = HeapBudget(kBytes);
  const TaskIndex task = parallel(1);
  const Method& method = runtime.defineMethod(task, TextHandle::kNone, 0);
  const auto accept = [&] {
    const CallIndex call = *runtime.dispatch(task, method, std::nullopt);
    EXPECT_TRUE(runtime.enqueue(call));
    return call;
  };
  const CallIndex large = accept();
  std::byte* const address = runtime.reserveArguments(large, kBytes);
  ASSERT_NE(address, nullptr);
  address[kBytes - 1] = std::byte{7};
  ASSERT_TRUE(runtime.readyShared(large, kBytes, false));
  EXPECT_EQ(runtime.record(large).payload, address);
  EXPECT_EQ(runtime.record(large).argumentBytes, kBytes);

  const CallIndex refused = accept();
  EXPECT_EQ(runtime.reserveArguments(refused, kBytes), nullptr) << "there is no memory left";
  runtime.readyForMessage(refused);
  EXPECT_EQ(runtime.record(refused).argumentBytes, 0U);
  runtime.withdraw(refused, {.status = SpanStatus::kCanceled});
  runtime.withdraw(large, {.status = SpanStatus::kCanceled});
  EXPECT_EQ(budgets.payloads.left(), kBytes);
}

TEST_F(RuntimeTest, KeepsTheRoomThatALostWorkerWritesInUntilItHasStopped) {
  constexpr std::uint32_t kBytes = 100'000;
  budgets.payloads = HeapBudget(kBytes);
  const TaskIndex task = parallel(1);
  const Method& method = runtime.defineMethod(task, TextHandle::kNone, 0);
  const CallIndex call = *runtime.dispatch(task, method, std::nullopt);
  ASSERT_TRUE(runtime.enqueue(call));
  ASSERT_NE(runtime.reserveArguments(call, kBytes - 1'000), nullptr);
  ASSERT_TRUE(runtime.readyShared(call, kBytes - 1'000, false));
  runtime.at(task).startAll();
  startAll(task);
  runtime.offer(task);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  ASSERT_NE(channel.next(clock, WorkerChannel::IdleStrategy::kReturn), nullptr);
  runtime.workerCrashed(task, 0);
  runtime.abandon(call, {.status = SpanStatus::kError});
  EXPECT_LE(budgets.payloads.left(), 1'000U);
  runtime.workerStopped(&channel);
  EXPECT_EQ(budgets.payloads.left(), kBytes);
}

TEST_F(RuntimeTest, HoldsCallsBackBeyondMaxInFlight) {
  const TaskIndex task = parallel(4, 2);
  for (int i = 0; i < 5; ++i) dispatch(task);
  EXPECT_EQ(startAll(task), 2U);
  EXPECT_TRUE(runtime.nextAssignment(task));
  EXPECT_TRUE(runtime.nextAssignment(task));
  EXPECT_EQ(runtime.nextAssignment(task), std::nullopt);
  EXPECT_EQ(testing::count(runtime, task).pending(), 3U);
}

TEST_F(RuntimeTest, WithdrawsAPendingCallAtOnce) {
  const TaskIndex task = parallel(1);
  const CallIndex first = dispatch(task);
  const CallIndex second = dispatch(task);
  EXPECT_EQ(runtime.withdraw(first, {.status = SpanStatus::kCanceled}),
            Runtime::Withdrawal::kRemoved);
  EXPECT_EQ(lastSpan().workerIndex, std::nullopt);
  EXPECT_EQ(lastSpan().attemptCount, 0U);
  EXPECT_EQ(lastSpan().outcome.status, SpanStatus::kCanceled);
  EXPECT_EQ(runtime.findQueued(task), second);
  EXPECT_EQ(runtime.withdraw(first, {}), Runtime::Withdrawal::kGone);
}

TEST_F(RuntimeTest, LeavesARunningCallOnItsWorkerUntilThatLetsGo) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  CallRecord& record = runtime.record(call);
  ASSERT_TRUE(testing::claim(record, 0));
  EXPECT_EQ(runtime.withdraw(call, {.status = SpanStatus::kCanceled}), Runtime::Withdrawal::kHeld);
  EXPECT_TRUE(record.canceled(record.generation));
  EXPECT_EQ(sink.of(Kind::kMeasure).size(), 1U);

  dispatch(task);
  EXPECT_EQ(runtime.nextAssignment(task), std::nullopt);
  EXPECT_TRUE(complete(call));
  EXPECT_EQ(sink.of(Kind::kMeasure).size(), 1U);
  EXPECT_TRUE(runtime.nextAssignment(task));
}

TEST_F(RuntimeTest, TellsARunningCallThatItIsGivenUpAndSettlesItAsItEnds) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  CallRecord& record = runtime.record(call);
  ASSERT_TRUE(testing::claim(record, 0));
  runtime.requestCancel(call);
  EXPECT_TRUE(record.canceled(record.generation));
  EXPECT_TRUE(sink.of(Kind::kMeasure).empty());
  EXPECT_TRUE(complete(call));
  EXPECT_EQ(lastSpan().outcome.status, SpanStatus::kOk);
}

TEST_F(RuntimeTest, HearsOfACallThatItsWorkerHasFinishedUntilTheReplyIsKnown) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  CallRecord& record = runtime.record(call);
  ASSERT_TRUE(testing::claim(record, 0));
  record.finish(record.generation, 0);
  EXPECT_EQ(runtime.at(task).worker(0).countRunning(), 0U);
  EXPECT_TRUE(runtime.holds(task, 0, call, record.generation));
  EXPECT_FALSE(runtime.holds(task, 0, call, record.generation + 1));
  EXPECT_TRUE(complete(call));
}

TEST_F(RuntimeTest, IgnoresAReplyOfAnEarlierGeneration) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  const std::uint32_t stale = runtime.record(call).generation;
  ASSERT_TRUE(complete(call));
  EXPECT_FALSE(runtime.complete(call, stale, {}));
  ASSERT_EQ(dispatch(task), call);
  ASSERT_TRUE(runtime.nextAssignment(task));
  EXPECT_FALSE(runtime.complete(call, stale, {}));
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 1U);
}

TEST_F(RuntimeTest, CountsCallsWhoseWorkerIsStartingAsInFlight) {
  const TaskIndex task = parallel(2);
  for (int i = 0; i < 5; ++i) dispatch(task);
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 0U) << "none is starting yet";
  while (runtime.nextWorkerToStart(task)) {
  }
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 2U);
  EXPECT_EQ(testing::count(runtime, task).pending(), 3U);
  EXPECT_EQ(runtime.at(task).worker(0).inFlight, 0U);
  runtime.workerReady(task, 0, 0, 0, 0);
  ASSERT_TRUE(runtime.nextAssignment(task));
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 2U) << "one of them still starts";
  EXPECT_EQ(runtime.at(task).worker(0).inFlight, 1U);
}

TEST_F(RuntimeTest, LetsCallersWaitForAPlaceAndAdmitsThemInOrder) {
  const TaskIndex task = runtime.defineTask({.label = {}, .maxQueueDepth = 1});
  std::vector<CallIndex> calls;
  calls.reserve(4);
  for (int i = 0; i < 4; ++i) calls.push_back(dispatch(task));
  EXPECT_EQ(runtime.at(task).waiting(), 2U);
  EXPECT_EQ(runtime.nextAdmission(task), std::nullopt);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  EXPECT_EQ(runtime.nextAdmission(task), std::nullopt);
  complete(calls[0]);
  EXPECT_EQ(runtime.nextAdmission(task), calls[2]);
  EXPECT_EQ(runtime.nextAdmission(task), std::nullopt);
  EXPECT_EQ(runtime.withdraw(calls[3], {.status = SpanStatus::kCanceled}),
            Runtime::Withdrawal::kRemoved);
  EXPECT_EQ(runtime.at(task).waiting(), 0U);
}

TEST_F(RuntimeTest, GivesADisposedTaskBackAndStillHasTheSpansOfItsLateCalls) {
  TaskIndex task = 0;
  for (std::uint32_t round = 0; round < 3; ++round) {
    task = runtime.defineTask({.label = {.number = round}});
    EXPECT_EQ(task, 0U) << "its place is used again";
    runtime.disposeTask(task);
    const Method& method = runtime.defineMethod(task, TextHandle::kNone, 0);
    const CallIndex late = *runtime.dispatch(task, method, std::nullopt);
    EXPECT_EQ(runtime.withdraw(late, {.status = SpanStatus::kError}),
              Runtime::Withdrawal::kRemoved);
    EXPECT_EQ(runtime.totalDispatched(task), 1U);
    EXPECT_EQ(sink.of(Kind::kMeasure).back().span->task.number, round);
    runtime.forgetTask(task);
  }
  runtime.timeline().clearMeasures({.task = 1});
  EXPECT_EQ(runtime.timeline().measuresKept(), 2U);
}

TEST(RuntimeOfABoundedHeap, RefusesTheCallForWhichThereIsNoRoomAndNothingElse) {
  testing::ManualClock clock;
  testing::ThreadFutex futex;
  HeapBudgets budgets{.calls = HeapBudget(50'000), .payloads = HeapBudget(0)};
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {1}, {}};
  const TaskIndex task = runtime.defineTask({});
  const Method& method = runtime.defineMethod(task, TextHandle::kNone, 0);
  std::vector<CallIndex> calls;
  while (const auto call = runtime.dispatch(task, method, std::nullopt)) calls.push_back(*call);
  EXPECT_GT(calls.size(), 50U);
  runtime.refuse(task, method, std::nullopt, {.status = SpanStatus::kError});
  EXPECT_EQ(runtime.totalDispatched(task), calls.size() + 1);
  EXPECT_EQ(sink.of(testing::Entry::Kind::kMeasure).size(), 1U);
  for (const CallIndex call : calls) runtime.withdraw(call, {});
  const CallIndex last = *runtime.dispatch(task, method, std::nullopt);
  EXPECT_EQ(sink.of(testing::Entry::Kind::kMeasure).size(), calls.size() + 1);

  EXPECT_LT(budgets.calls.left(), 1'000U);
  Runtime other{clock, futex, sink, budgets, {2}, {}};
  EXPECT_TRUE(other.dispatch(other.defineTask({}), method, std::nullopt)) << "it has its own room";
  runtime.withdraw(last, {});
  runtime.disposeTask(task);
  EXPECT_EQ(budgets.calls.left(), 50'000U);
  EXPECT_TRUE(runtime.dispatch(task, method, std::nullopt)) << "late calls have their spans";
}

TEST_F(RuntimeTest, EndsStoppingWorkersWhenTheirCallsAreDone) {
  const TaskIndex task = parallel(2);
  runtime.at(task).startAll();
  EXPECT_EQ(startAll(task), 2U);
  const CallIndex call = dispatch(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  const auto busy = runtime.call(call).worker;
  runtime.at(task).stopAll();
  const auto ended = runtime.nextWorkerToEnd(task);
  ASSERT_TRUE(ended);
  EXPECT_NE(ended, busy);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), std::nullopt);
  complete(call);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), busy);
  EXPECT_EQ(runtime.at(task).activeWorkers(), 0U);
}

}  // namespace
}  // namespace atelier::core
