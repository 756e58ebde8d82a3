// What becomes of calls on offer whose worker ends, and of workers that have claimed some.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "atelier/dispatch/offers_fixture.h"

namespace atelier::core {
namespace {

using ::testing::SizeIs;

TEST_F(OffersTest, ThatTheirWorkerIsDoneWithSurviveItAndHaveItsTimes) {
  const TaskIndex task = parallel(1, 1);
  testing::ManualClock workerClock;  // 7 to 8 ms behind the owner's, whatever was said
  runtime.at(task).startAll();
  clock.advance(10);
  runtime.workerReady(task, *runtime.nextWorkerToStart(task), 0, 0, 1'000);
  clock.advance(2);
  const CallIndex call = dispatch(task);
  workerClock.advance(5);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  CallRecord* record = channel.next(workerClock, WorkerChannel::IdleStrategy::kReturn);
  ASSERT_NE(record, nullptr);
  workerClock.advance(2);
  channel.finish(*record, ReplyKind::kMessage, nullptr, 0, workerClock);
  clock.advance(3);
  runtime.release(call);
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 0U);
  runtime.workerCrashed(task, 0);
  EXPECT_EQ(runtime.firstHeld(task, 0), std::nullopt);
  runtime.at(task).startAll();
  runtime.workerReady(task, *runtime.nextWorkerToStart(task), 15, 500, -485);
  clock.advance(4);
  EXPECT_TRUE(runtime.complete(call, runtime.record(call).generation, {}));
  const SpanEnd end = *sink.of(testing::Entry::Kind::kMeasure).back().spanEnd;
  EXPECT_EQ(end.workerIndex, 0U);
  EXPECT_EQ(end.endMs, 19);
  EXPECT_EQ(end.executionMs, 2);
  EXPECT_EQ(end.queueWaitMs, 1) << "by the clock of the worker that ran it";
  EXPECT_EQ(runtime.openCalls(), 0U);
}

TEST_F(OffersTest, ThatAreOverAreHeldUntilTheyAreTakenIn) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const std::vector<CallIndex> calls = {dispatch(task), dispatch(task)};
  EXPECT_EQ(claimAll(task), calls);
  runtime.at(task).reconcileClaims();
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 0U);
  EXPECT_TRUE(runtime.at(task).worker(0).calls.empty()) << "nobody looks at them again";
  const CallIndex running = dispatch(task);
  ASSERT_NE(next(task), nullptr);
  runtime.complete(calls[0], runtime.record(calls[0]).generation, {});
  runtime.workerCrashed(task, 0);
  for (const CallIndex lost : {calls[1], running}) {
    ASSERT_EQ(runtime.firstHeld(task, 0), lost);
    runtime.abandon(lost, {.status = SpanStatus::kError});
  }
  EXPECT_EQ(runtime.firstHeld(task, 0), std::nullopt);
  EXPECT_EQ(runtime.openCalls(), 0U);
}

TEST_F(OffersTest, HaveAnotherWorkerStartedThoughMoreAreOverThanAreTakenIn) {
  const TaskIndex task = parallel(2, 2);
  dispatch(task);
  runtime.workerReady(task, *runtime.nextWorkerToStart(task), 0, 0, 0);
  dispatch(task);
  EXPECT_THAT(claimAll(task), SizeIs(2));
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToStart(task), std::nullopt);
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToStart(task), 1U);
}

TEST_F(OffersTest, AreNotClaimedByAWorkerThatIsToStop) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  dispatch(task);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  runtime.at(task).stopAll();
  runtime.offer(task);
  EXPECT_EQ(channel.next(clock, WorkerChannel::IdleStrategy::kReturn), nullptr);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), 0U);
}

TEST_F(OffersTest, KeepALostWorkersCallsApartFromItsNeighbours) {
  const TaskIndex task = runtime.defineTask(
      {.label = {}, .poolSize = 2, .maxInFlight = 2, .crashPolicy = CrashPolicy::kRequeueInFlight});
  startAll(task);
  const CallIndex lost = dispatch(task);
  const CallIndex kept = dispatch(task);
  CallRecord* const old = next(task, 0);
  CallRecord* const other = next(task, 1);
  WorkerChannel& dead = *runtime.at(task).worker(0).channel;
  runtime.workerCrashed(task, 0);
  EXPECT_EQ(runtime.firstHeld(task, 0), lost);
  EXPECT_TRUE(runtime.retry(lost));
  EXPECT_EQ(runtime.firstHeld(task, 0), std::nullopt);
  EXPECT_EQ(runtime.firstHeld(task, 1), kept);
  runtime.offer(task);
  // It goes on for a moment, and nothing of that counts.
  EXPECT_EQ(dead.finish(*old, ReplyKind::kResult, dead.scratch(), 0, clock),
            WorkerChannel::Finish::kGone);
  EXPECT_EQ(dead.next(clock, WorkerChannel::IdleStrategy::kReturn), nullptr);
  finish(task, *other, 1);
  EXPECT_EQ(runtime.nextCompletion()->index, kept);
  EXPECT_EQ(next(task, 1)->index, lost);
}

TEST_F(OffersTest, ShareTheFateOfTheWorkerThatWasWokenForThem) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  EXPECT_EQ(next(task), nullptr);
  const CallIndex woken = dispatch(task);
  const CallIndex pending = dispatch(task);
  runtime.workerCrashed(task, 0);
  EXPECT_EQ(runtime.firstHeld(task, 0), woken);
  runtime.abandon(woken, {.status = SpanStatus::kError});
  EXPECT_EQ(runtime.firstHeld(task, 0), std::nullopt);
  EXPECT_EQ(runtime.findQueued(task), pending);
}

}  // namespace
}  // namespace atelier::core
