// What becomes of calls whose worker crashes, and of its task.

#include <gtest/gtest.h>

#include "atelier/dispatch/runtime_fixture.h"

namespace atelier::core {
namespace {

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

// The clock goes on between two questions.
TEST_F(RuntimeTest, ForgetsNoRestartWhoseTimeComesAfterItWasHeldBack) {
  const TaskIndex task = parallel(1);
  for (int crash = 0; crash < 2; ++crash) {
    const CallIndex call = dispatch(task);
    ASSERT_EQ(startAll(task), 1U);
    ASSERT_TRUE(runtime.nextAssignment(task));
    runtime.workerCrashed(task, 0);
    runtime.abandon(call, {.status = SpanStatus::kError});
  }
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToStart(task), std::nullopt);
  clock.advance(2'000);
  EXPECT_EQ(runtime.at(task).timerDelayMs(), 0);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt) << "the timer has fired";
  EXPECT_EQ(runtime.nextWorkerToStart(task), 0U);
  EXPECT_EQ(runtime.at(task).timerDelayMs(), kNever);
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

}  // namespace
}  // namespace atelier::core
