#include "atelier/dispatch/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "atelier/testing.h"

namespace atelier {
namespace {

using Kind = testing::Entry::Kind;
using ::testing::ElementsAre;

class RuntimeTest : public ::testing::Test {
 protected:
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

TEST_F(RuntimeTest, TakesBackWhatADeadWorkerHeldAndStartsAnother) {
  const TaskIndex task = parallel(1);
  const CallIndex call = dispatch(task);
  dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  runtime.workerEnded(task, 0);
  EXPECT_EQ(runtime.firstHeld(task, 0), call);
  runtime.abandon(call, {.status = SpanStatus::kError});
  EXPECT_EQ(runtime.firstHeld(task, 0), std::nullopt);
  EXPECT_EQ(lastSpan().workerIndex, 0U);
  EXPECT_EQ(lastSpan().executionMs, std::nullopt);
  EXPECT_EQ(startAll(task), 1U);
  EXPECT_TRUE(runtime.nextAssignment(task));
}

TEST_F(RuntimeTest, TellsWhichCallsNobodyWillServe) {
  const TaskIndex task = parallel(2);
  const CallIndex call = dispatch(task);
  ASSERT_TRUE(runtime.nextWorkerToStart(task));
  EXPECT_EQ(runtime.firstStranded(task), std::nullopt);
  runtime.workerCrashed(task, 0);
  EXPECT_EQ(runtime.firstStranded(task), call);
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

TEST_F(RuntimeTest, RunsACallAgainAfterACrashAsOftenAsItsTaskSays) {
  const TaskIndex task = runtime.defineTask(
      {.label = {}, .crashPolicy = CrashPolicy::kRequeueInFlight, .crashMaxRetries = 2});
  const CallIndex call = dispatch(task);
  for (int attempt = 1; attempt <= 3; ++attempt) {
    clock.advance(10'000);
    ASSERT_EQ(startAll(task), 1U);
    ASSERT_TRUE(runtime.nextAssignment(task));
    runtime.workerCrashed(task, 0);
    ASSERT_EQ(runtime.firstHeld(task, 0), call);
    EXPECT_EQ(runtime.retry(call), attempt <= 2);
  }
  runtime.abandon(call, {.status = SpanStatus::kError});
  EXPECT_EQ(lastSpan().attemptCount, 3U);
  EXPECT_EQ(runtime.openCalls(), 0U);
}

TEST_F(RuntimeTest, DoesNotRunACallAgainWhoseCallerHasItsAnswer) {
  const TaskIndex task =
      runtime.defineTask({.label = {}, .crashPolicy = CrashPolicy::kRequeueInFlight});
  const CallIndex call = dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  runtime.withdraw(call, {.status = SpanStatus::kCanceled});
  runtime.workerCrashed(task, 0);
  EXPECT_FALSE(runtime.retry(call));
}

TEST_F(RuntimeTest, SpacesOutRestartsUntilACallSucceeds) {
  const TaskIndex task = parallel(1);
  double lastMs = 0;
  for (int crash = 0; crash < 8; ++crash) {
    const CallIndex call = dispatch(task);
    const double delayMs = heldBackMs(task);
    EXPECT_EQ(delayMs > 0, crash >= 2) << crash;
    EXPECT_GE(delayMs, lastMs);
    EXPECT_LE(delayMs, 2000);
    if (delayMs > 0) {
      EXPECT_EQ(runtime.nextWorkerToStart(task), std::nullopt);
    }
    lastMs = delayMs;
    clock.advance(delayMs);
    ASSERT_EQ(startAll(task), 1U);
    ASSERT_TRUE(runtime.nextAssignment(task));
    runtime.workerCrashed(task, 0);
    runtime.abandon(call, {.status = SpanStatus::kError});
  }
  runtime.at(task).startAll();
  ASSERT_EQ(startAll(task), 1U);
  const CallIndex call = dispatch(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  complete(call);
  EXPECT_EQ(runtime.at(task).nextDeadlineMs(), kNever);
}

TEST_F(RuntimeTest, GivesUpOnceNoneOfItsWorkersCouldStart) {
  const TaskIndex task = parallel(2);
  const CallIndex call = dispatch(task);
  dispatch(task);
  ASSERT_TRUE(runtime.nextWorkerToStart(task));
  ASSERT_TRUE(runtime.nextWorkerToStart(task));
  runtime.workerCrashed(task, 0);
  EXPECT_EQ(runtime.firstStranded(task), std::nullopt);
  EXPECT_EQ(runtime.nextWorkerToStart(task), std::nullopt);
  runtime.workerCrashed(task, 1);
  EXPECT_EQ(runtime.firstStranded(task), call);
}

TEST_F(RuntimeTest, TriesAsOftenAsItsTaskSaysToStartAWorkerForCallsThatRunAgain) {
  const TaskIndex task = runtime.defineTask({.label = {},
                                             .poolSize = 2,
                                             .maxInFlight = 2,
                                             .crashPolicy = CrashPolicy::kRequeueInFlight,
                                             .crashMaxRetries = 3});
  const CallIndex call = dispatch(task);
  for (int attempt = 0; attempt < 4; ++attempt) {
    EXPECT_EQ(runtime.firstStranded(task), std::nullopt) << attempt;
    clock.advance(heldBackMs(task));
    ASSERT_EQ(runtime.nextWorkerToStart(task), 0U) << attempt;
    runtime.workerCrashed(task, 0);
  }
  EXPECT_EQ(runtime.firstStranded(task), call);
}

TEST_F(RuntimeTest, LosesNoPendingCallToThoseThatCrashTheirWorker) {
  const TaskIndex task = runtime.defineTask(
      {.label = {}, .crashPolicy = CrashPolicy::kRequeueInFlight, .crashMaxRetries = 2});
  const CallIndex poison = dispatch(task);
  const CallIndex innocent = dispatch(task);
  for (int attempt = 0; attempt < 3; ++attempt) {
    clock.advance(heldBackMs(task));
    ASSERT_EQ(startAll(task), 1U);
    ASSERT_EQ(runtime.nextAssignment(task)->call, poison);
    runtime.workerCrashed(task, 0);
    EXPECT_EQ(runtime.firstHeld(task, 0), poison);
    if (!runtime.retry(poison)) runtime.abandon(poison, {.status = SpanStatus::kError});
    EXPECT_EQ(runtime.firstStranded(task), std::nullopt);
  }
  clock.advance(heldBackMs(task));
  ASSERT_EQ(startAll(task), 1U);
  EXPECT_EQ(runtime.nextAssignment(task)->call, innocent);
}

TEST_F(RuntimeTest, ReusesWhatALostWorkerSharedOnlyOnceThatHasStopped) {
  const TaskIndex task = parallel(1);
  const CallIndex lost = dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  const CallRecord* const record = &runtime.record(lost);
  const WorkerChannel* const channel = runtime.at(task).worker(0).channel.get();
  runtime.workerCrashed(task, 0);
  runtime.abandon(lost, {.status = SpanStatus::kError});
  clock.advance(60'000);
  const CallIndex before = dispatch(task);
  EXPECT_NE(&runtime.record(before), record);
  runtime.workerStopped(channel);
  EXPECT_EQ(&runtime.record(dispatch(task)), record);
  runtime.workerStopped(channel);  // once is enough
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
  EXPECT_EQ(sink.of(Kind::kMeasure).size(), 1U);
  for (const CallIndex call : calls) runtime.withdraw(call, {});
  const CallIndex last = *runtime.dispatch(task, method, std::nullopt);
  EXPECT_EQ(sink.of(Kind::kMeasure).size(), calls.size() + 1);

  EXPECT_LT(budgets.calls.left(), 1'000U);
  Runtime other{clock, futex, sink, budgets, {2}, {}};
  EXPECT_TRUE(other.dispatch(other.defineTask({}), method, std::nullopt)) << "it has its own room";
  runtime.withdraw(last, {});
  runtime.disposeTask(task);
  EXPECT_EQ(budgets.calls.left(), 50'000U);
  EXPECT_TRUE(runtime.dispatch(task, method, std::nullopt)) << "late calls have their spans";
}

TEST_F(RuntimeTest, StartsAWorkerAgainOnceAnotherCouldStart) {
  const TaskIndex task = parallel(2);
  dispatch(task);
  dispatch(task);
  ASSERT_TRUE(runtime.nextWorkerToStart(task));
  ASSERT_TRUE(runtime.nextWorkerToStart(task));
  runtime.workerCrashed(task, 0);
  runtime.workerReady(task, 1, 0, 0, 0);
  EXPECT_EQ(runtime.nextWorkerToStart(task), 0U);
}

TEST_F(RuntimeTest, FailsATaskForGoodIfItsPolicySaysSo) {
  const TaskIndex task = runtime.defineTask({.label = {}, .crashPolicy = CrashPolicy::kFailTask});
  dispatch(task);
  startAll(task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  const CallIndex pending = dispatch(task);
  runtime.workerCrashed(task, 0);
  EXPECT_EQ(runtime.firstStranded(task), pending);
  EXPECT_EQ(runtime.nextWorkerToStart(task), std::nullopt);
  runtime.at(task).startAll();
  EXPECT_EQ(startAll(task), 1U);
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

// Random operations on everything at once: each call has one measure, counters add up, no mark is
// left, whatever happens to calls and workers.
TEST(RuntimeUnderRandomOperations, SettlesEveryCallOnceAndKeepsItsCounts) {
  for (unsigned seed = 0; seed < 1'000; ++seed) {
    testing::Random random(seed);
    testing::ManualClock clock;
    testing::ThreadFutex futex;
    HeapBudgets budgets = testing::unbounded();
    testing::RecordingSink sink;
    Runtime runtime{clock, futex, sink, budgets, {seed}, {}};
    const std::uint32_t poolSize = 1 + random.below(4);
    const std::uint32_t maxInFlight = 1 + random.below(6);
    const TaskIndex task =
        runtime.defineTask({.label = {}, .poolSize = poolSize, .maxInFlight = maxInFlight});
    std::vector<CallIndex> held;
    std::size_t dispatched = 0;

    for (int step = 0; step < 120; ++step) {
      clock.advance(1 + random.below(3));
      switch (random.below(6)) {
        case 0:
        case 1:
          testing::dispatchByMessage(runtime, task);
          ++dispatched;
          break;
        case 2:
          if (const auto worker = runtime.nextWorkerToStart(task)) {
            runtime.workerReady(task, *worker, clock.nowMs(), clock.nowMs(), 0);
          }
          break;
        case 3:
          if (!held.empty()) {
            const auto it = held.begin() + static_cast<long>(random.below(held.size()));
            CallRecord& record = runtime.record(*it);
            if (testing::claim(record, clock.nowMs())) {
              record.finish(record.generation, clock.nowMs());
            }
            ASSERT_TRUE(runtime.complete(*it, record.generation, {}));
            held.erase(it);
          }
          break;
        case 4:
          if (const auto pending = runtime.findQueued(task); pending && random.below(2) == 0) {
            runtime.withdraw(*pending, {.status = SpanStatus::kCanceled});
          } else if (!held.empty()) {
            runtime.withdraw(held[random.below(held.size())], {.status = SpanStatus::kCanceled});
          }
          break;
        case 5:
          if (random.below(4) == 0) {
            const WorkerIndex worker = random.below(poolSize);
            runtime.workerEnded(task, worker);
            while (const auto call = runtime.firstHeld(task, worker)) {
              runtime.abandon(*call, {.status = SpanStatus::kError});
              std::erase(held, *call);
            }
          }
          break;
      }
      while (const auto assignment = runtime.nextAssignment(task)) held.push_back(assignment->call);
      std::size_t onWorkers = 0;
      for (WorkerIndex worker = 0; worker < poolSize; ++worker) {
        onWorkers += runtime.at(task).worker(worker).held();
      }
      Task& counted = testing::count(runtime, task);
      ASSERT_EQ(onWorkers, held.size()) << "seed " << seed;
      const auto withdrawn = static_cast<std::size_t>(std::ranges::count_if(
          held, [&](CallIndex call) { return runtime.record(call).isDone(); }));
      ASSERT_GE(counted.inFlight(), held.size() - withdrawn) << "seed " << seed;
      ASSERT_LE(counted.inFlight(), maxInFlight) << "seed " << seed;
      ASSERT_EQ(runtime.openCalls() - withdrawn,
                counted.inFlight() + counted.pending() + counted.waiting())
          << "seed " << seed;
    }

    while (const auto call = runtime.findQueued(task)) runtime.withdraw(*call, {});
    for (const CallIndex call : held) runtime.complete(call, runtime.record(call).generation, {});
    EXPECT_EQ(runtime.openCalls(), 0U);

    std::map<std::uint64_t, int> measures;
    std::map<std::uint64_t, int> marks;
    for (const testing::Entry& entry : sink.entries) {
      const std::uint64_t id = std::get<SpanId>(entry.id).value;
      if (entry.kind == Kind::kMeasure) ++measures[id];
      if (entry.kind == Kind::kMarkStart) ++marks[id];
      if (entry.kind == Kind::kClearMarks) --marks[id];
    }
    EXPECT_EQ(measures.size(), dispatched) << "seed " << seed;
    for (const auto& [id, count] : measures) EXPECT_EQ(count, 1) << "seed " << seed;
    for (const auto& [id, count] : marks) EXPECT_EQ(count, 0) << "seed " << seed;
  }
}

}  // namespace
}  // namespace atelier
