// What a runtime tells of its calls in the timeline.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "atelier/dispatch/runtime_fixture.h"

namespace atelier::core {
namespace {

using ::testing::ElementsAre;

TEST_F(RuntimeTest, MeasuresQueueWaitAndExecutionOnTheOwnersClock) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);  // at 0
  startWorkerAhead(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  CallRecord& record = runtime.record(call);
  ASSERT_TRUE(testing::claim(record, 512));
  record.finish(record.generation, 532);
  clock.advance(25);
  complete(call);
  EXPECT_DOUBLE_EQ(lastSpan().queueWaitMs, 12);
  EXPECT_DOUBLE_EQ(*lastSpan().executionMs, 20);
  EXPECT_DOUBLE_EQ(lastSpan().endMs, 35);
}

TEST_F(RuntimeTest, MeasuresWhatAWorkerWithoutSharedMemoryReports) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);  // at 0
  startWorkerAhead(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  runtime.posted(call);
  clock.advance(25);
  const std::uint32_t generation = runtime.record(call).generation;
  runtime.reported(call, generation + 1, 511, 513);  // another call's
  runtime.reported(call, generation, 512, 532);
  runtime.reported(call, generation, 513, 533);  // it has ended before
  EXPECT_EQ(runtime.at(task).worker(0).countRunning(), 0U);
  EXPECT_TRUE(complete(call));
  EXPECT_DOUBLE_EQ(lastSpan().queueWaitMs, 12);
  EXPECT_DOUBLE_EQ(*lastSpan().executionMs, 20);
  EXPECT_DOUBLE_EQ(lastSpan().endMs, 35);
  runtime.reported(call, generation, 514, 534);  // its record is free
}

TEST_F(RuntimeTest, CountsAPostedCallAsClaimedUntilItsWorkerSaysMore) {
  const TaskIndex task = parallel(1);
  const CallIndex canceled = dispatch(task);  // at 0
  startWorkerAhead(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  runtime.posted(canceled);
  clock.advance(5);
  EXPECT_EQ(runtime.withdraw(canceled, {.status = SpanStatus::kCanceled}),
            Runtime::Withdrawal::kHeld);
  EXPECT_DOUBLE_EQ(lastSpan().queueWaitMs, 10);
  EXPECT_EQ(lastSpan().executionMs, std::nullopt);
  EXPECT_EQ(lastSpan().workerIndex, 0U);

  // It was told before it had claimed the call: that says nothing of its clock.
  runtime.reported(canceled, runtime.record(canceled).generation, -1, -1);
  EXPECT_TRUE(complete(canceled));
  EXPECT_EQ(runtime.openCalls(), 0U);
}

TEST_F(RuntimeTest, TellsWhetherACallIsItsWorkersOnlyOne) {
  const TaskIndex task = parallel(1, 3);
  const CallIndex first = dispatch(task);
  const CallIndex second = dispatch(task);
  const CallIndex third = dispatch(task);
  EXPECT_EQ(startAll(task), 1U);
  ASSERT_TRUE(runtime.nextAssignment(task));
  EXPECT_TRUE(runtime.isAlone(first));
  ASSERT_TRUE(runtime.nextAssignment(task));
  EXPECT_FALSE(runtime.isAlone(second));

  // A worker may still run a call that was cancelled.
  runtime.posted(first);
  EXPECT_EQ(runtime.withdraw(first, {.status = SpanStatus::kCanceled}), Runtime::Withdrawal::kHeld);
  EXPECT_TRUE(complete(second));
  ASSERT_TRUE(runtime.nextAssignment(task));
  EXPECT_FALSE(runtime.isAlone(third));
  EXPECT_TRUE(complete(first));
  EXPECT_TRUE(runtime.isAlone(third));
}

TEST_F(RuntimeTest, LearnsNothingOfAWorkersClockFromWhenItPostedACall) {
  const TaskIndex task = parallel(1);
  const CallIndex canceled = dispatch(task);
  ASSERT_TRUE(runtime.nextWorkerToStart(task));
  clock.advance(100);
  runtime.workerReady(task, 0, 0, 0, 50);  // it is the owner's, and claims to be 50 ms behind
  ASSERT_TRUE(runtime.nextAssignment(task));
  runtime.posted(canceled);
  runtime.withdraw(canceled, {.status = SpanStatus::kCanceled});
  ASSERT_TRUE(complete(canceled));
  const auto run = [&](double backMs) {
    const CallIndex call = dispatch(task);
    ASSERT_TRUE(runtime.nextAssignment(task));
    runtime.posted(call);
    const double startedMs = clock.nowMs();
    clock.advance(1 + backMs);
    runtime.reported(call, runtime.record(call).generation, startedMs, startedMs + 1);
    complete(call);
  };
  run(1);  // so it is 1 ms behind at most
  run(99);
  EXPECT_EQ(lastSpan().queueWaitMs, 1);
}

TEST_F(RuntimeTest, ClampsTimesThatDoNotFitTheSpan) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);
  ASSERT_TRUE(runtime.nextWorkerToStart(task));
  runtime.workerReady(task, 0, 0, 0, 0);
  ASSERT_TRUE(runtime.nextAssignment(task));
  CallRecord& record = runtime.record(call);
  ASSERT_TRUE(testing::claim(record, 3));
  record.finish(record.generation, 1'000'000);  // as if the clock had been set
  clock.advance(8);
  complete(call);
  EXPECT_GE(lastSpan().queueWaitMs, 0);
  EXPECT_GE(*lastSpan().executionMs, 0);
  EXPECT_LE(lastSpan().queueWaitMs + *lastSpan().executionMs, 8);
}

TEST_F(RuntimeTest, TrustsTheHandlersTimeMoreThanWhatLiesBetweenTwoClocks) {
  const TaskIndex task = parallel(1);
  // With coarse clocks, what is known of the other may contradict itself by their step.
  const auto run = [&](double startedMs, double endedMs) {
    const CallIndex call = dispatch(task);
    startAll(task);
    ASSERT_TRUE(runtime.nextAssignment(task));
    CallRecord& record = runtime.record(call);
    ASSERT_TRUE(testing::claim(record, startedMs));
    record.finish(record.generation, endedMs);
    clock.advance(5);
    complete(call);
  };
  clock.advance(10);
  run(8, 9);    // at 10: the owner's clock is 2 ms ahead at least
  run(15, 19);  // from 15 to 20: 1 ms at most
  EXPECT_EQ(lastSpan().executionMs, 4);
  EXPECT_EQ(lastSpan().queueWaitMs, 1);
}

TEST_F(RuntimeTest, PutsCallsIntoTheirTrace) {
  const TaskIndex task = parallel(1);
  const TraceIndex trace = runtime.tracer().start(TextHandle::kNone, std::nullopt);
  const CallIndex call = testing::dispatchByMessage(runtime, task, Membership{trace});
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  EXPECT_EQ(runtime.record(call).trace, runtime.tracer().id(trace));
  complete(call);
  runtime.tracer().end(trace, {});
  const auto measures = sink.of(Kind::kMeasure);
  EXPECT_EQ(measures[0].span->trace->id, runtime.tracer().id(trace));
  EXPECT_FALSE(measures[0].span->trace->inferred);
  EXPECT_EQ(measures[1].spanCount, 1U);
}

TEST_F(RuntimeTest, TellsThatATraceIsInferred) {
  const TaskIndex task = parallel(1);
  const TraceIndex trace = runtime.tracer().start(TextHandle::kNone, std::nullopt);
  const CallIndex call =
      testing::dispatchByMessage(runtime, task, Membership{.trace = trace, .inferred = true});
  runtime.withdraw(call, {});
  const Method method;
  runtime.refuse(task, method, Membership{.trace = trace, .inferred = true}, {});
  const auto measures = sink.of(Kind::kMeasure);
  EXPECT_TRUE(measures[0].span->trace->inferred);
  EXPECT_TRUE(measures[1].span->trace->inferred);
}

TEST(RuntimeWithoutSpans, CountsAndMakesNoEntry) {
  testing::ManualClock clock;
  testing::ThreadFutex futex;
  HeapBudgets budgets = testing::unbounded();
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {1}, {.enabled = false}};
  const TaskIndex task = runtime.defineTask({});
  const TraceIndex trace = runtime.tracer().start(TextHandle::kNone, std::nullopt);
  const CallIndex call = testing::dispatchByMessage(runtime, task, Membership{trace});
  runtime.withdraw(call, {});
  runtime.tracer().end(trace, {});
  EXPECT_TRUE(sink.entries.empty());
  EXPECT_EQ(runtime.totalDispatched(task), 1U);
}

}  // namespace
}  // namespace atelier::core
