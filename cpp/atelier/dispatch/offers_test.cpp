// Calls that workers claim by themselves: which, how many at a time, and in which order.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <vector>

#include "atelier/dispatch/offers_fixture.h"

namespace atelier::core {
namespace {

using ::testing::ElementsAre;

TEST_F(OffersTest, AreClaimedInOrderAndComeBackInOrder) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const CallIndex first = dispatch(task);
  const CallIndex second = dispatch(task);
  EXPECT_THAT(claimAll(task), ElementsAre(first, second));
  for (const CallIndex call : {first, second}) {
    CallRecord* record = runtime.nextCompletion();
    ASSERT_NE(record, nullptr);
    EXPECT_EQ(record->index, call);
    EXPECT_TRUE(runtime.complete(call, record->generation, {}));
  }
  EXPECT_EQ(runtime.nextCompletion(), nullptr);
  EXPECT_EQ(runtime.openCalls(), 0U);
  EXPECT_EQ(sink.of(testing::Entry::Kind::kMeasure)[1].spanEnd->workerIndex, 0U);
}

TEST_F(OffersTest, AreClaimedAsManyAtATimeAsTheTaskAllows) {
  const TaskIndex task = parallel(2, 4);
  startAll(task);
  for (int i = 0; i < 6; ++i) dispatch(task);
  EXPECT_NE(next(task, 0), nullptr);
  EXPECT_NE(next(task, 0), nullptr);
  EXPECT_EQ(next(task, 0), nullptr);
  CallRecord* record = next(task, 1);
  ASSERT_NE(record, nullptr);
  EXPECT_NE(next(task, 1), nullptr);
  EXPECT_EQ(next(task, 1), nullptr);
  finish(task, *record, 1);
  EXPECT_NE(next(task, 1), nullptr);
}

TEST_F(OffersTest, AreNoMoreThanMaxInFlightWhereWorkersCannotKeepToIt) {
  const TaskIndex task = parallel(2, 3);
  startAll(task);
  for (int i = 0; i < 6; ++i) dispatch(task);
  EXPECT_NE(next(task, 0), nullptr);
  EXPECT_NE(next(task, 0), nullptr);
  EXPECT_NE(next(task, 1), nullptr);
  EXPECT_EQ(next(task, 1), nullptr);
  runtime.at(task).reconcileClaims();
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 3U);
  EXPECT_EQ(testing::count(runtime, task).pending(), 3U);
}

TEST_F(OffersTest, AreNotCountedBesideACallThatTheirWorkerHasSkipped) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const CallIndex canceled = testing::dispatchByMessage(runtime, task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  channel.messagePosted();
  runtime.withdraw(canceled, {.status = SpanStatus::kCanceled});
  dispatch(task);
  channel.messageReceived();
  CallRecord& record = runtime.record(canceled);
  EXPECT_FALSE(channel.claim(record, record.generation, clock));
  ASSERT_NE(next(task), nullptr);
  runtime.at(task).reconcileClaims();
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 1U);
}

TEST_F(OffersTest, ThatAreOverDoNotMakeTheirWorkerSeemBusierThanOneThatIs) {
  const TaskIndex task = parallel(2, 2);
  startAll(task);
  for (int i = 0; i < 3; ++i) dispatch(task);
  CallRecord& first = *next(task, 1);
  ASSERT_NE(next(task, 0), nullptr);
  finish(task, first, 1);
  finish(task, *next(task, 1), 1);
  testing::dispatchByMessage(runtime, task);
  EXPECT_EQ(runtime.nextAssignment(task)->worker, 1U);
}

TEST_F(OffersTest, CountAsPendingUntilTheyAreClaimed) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  for (int i = 0; i < 3; ++i) dispatch(task);
  ASSERT_NE(next(task), nullptr);
  runtime.at(task).reconcileClaims();
  EXPECT_EQ(runtime.at(task).worker(0).calls.size(), 1U);
  EXPECT_EQ(testing::count(runtime, task).inFlight(), 1U);
  EXPECT_EQ(testing::count(runtime, task).pending(), 2U);
}

TEST_F(OffersTest, AreTakenBackInTheirOldOrder) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const CallIndex low = dispatch(task, -1);
  const CallIndex first = dispatch(task);
  const CallIndex second = dispatch(task);
  runtime.at(task).recall();
  const CallIndex high = dispatch(task, 1);
  EXPECT_THAT(claimAll(task), ElementsAre(high, first, second, low));
}

TEST_F(OffersTest, GoBehindACallOfAHigherPriorityThatIsMadeLater) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  dispatch(task, 0);
  ASSERT_NE(next(task), nullptr) << "the worker is busy with it";
  std::vector<CallIndex> made;
  for (const double priority : {0, 5, 0, -1, 5, 10}) made.push_back(dispatch(task, priority));
  finish(task, runtime.record(0));
  EXPECT_THAT(claimAll(task), ElementsAre(made[5], made[1], made[4], made[0], made[2], made[3]));
}

// Of what is pending, in the order of acceptance: which call is the next to be served.
std::size_t turnOf(const std::vector<std::pair<double, CallIndex>>& pending, unsigned served) {
  if ((served + 1) % DispatchQueue::kOldestEvery == 0) return 0;
  std::size_t first = 0;
  for (std::size_t i = 1; i < pending.size(); ++i) {
    if (pending[i].first > pending[first].first) first = i;
  }
  return first;
}

TEST_F(OffersTest, AreClaimedInTheQueuesOrderHoweverManyAndOfWhateverPriorities) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    testing::Random random(seed);
    const TaskIndex task = parallel(1, 1);
    startAll(task);
    std::vector<std::pair<double, CallIndex>> pending;
    unsigned served = 0;
    for (unsigned step = 0; step < 200 + seed * 60; ++step) {
      const unsigned what = random.below(10);
      if (what < 7) {
        const double priority = random.below(5);
        pending.emplace_back(priority, dispatch(task, priority));
      } else if (what == 7 && !pending.empty()) {
        const std::size_t canceled = random.below(pending.size());
        runtime.withdraw(pending[canceled].second, {});
        pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(canceled));
        runtime.offer(task);
      } else if (what == 8 && random.below(20) == 0) {
        runtime.at(task).recall();
        runtime.offer(task);
      } else if (CallRecord* record = next(task)) {
        const std::size_t turn = turnOf(pending, served++);
        ASSERT_EQ(record->index, pending[turn].second) << "seed " << seed << ", step " << step;
        pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(turn));
        finish(task, *record);
        runtime.complete(record->index, runtime.nextCompletion()->generation, {});
        runtime.offer(task);
      } else {
        ASSERT_TRUE(pending.empty()) << "seed " << seed << ", step " << step;
      }
    }
  }
}

TEST_F(OffersTest, GoBehindACallOfAHigherPriorityThatNeedsAMessage) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const CallIndex low = dispatch(task);
  const CallIndex high = testing::dispatchByMessage(runtime, task, std::nullopt, 1);
  runtime.offer(task);
  EXPECT_EQ(next(task), nullptr);
  EXPECT_EQ(runtime.nextAssignment(task)->call, high);
  runtime.complete(high, runtime.record(high).generation, {});
  runtime.offer(task);
  EXPECT_THAT(claimAll(task), ElementsAre(low));
}

TEST_F(OffersTest, TellTheirOwnerOfTheClaimForWhichACallBehindThemWaits) {
  const TaskIndex task = parallel(2, 2);
  startAll(task);
  dispatch(task);
  const CallIndex brought = testing::dispatchByMessage(runtime, task);
  runtime.offer(task);
  EXPECT_EQ(runtime.nextAssignment(task), std::nullopt);
  EXPECT_TRUE(runtime.at(task).awaitsClaim());
  EXPECT_EQ(runtime.completions().signal(), 0U);
  ASSERT_NE(next(task), nullptr);
  EXPECT_EQ(runtime.completions().signal(), 1U) << "the owner is woken";
  EXPECT_EQ(runtime.nextCompletion(), nullptr);
  EXPECT_EQ(runtime.completions().signal(), 0U);
  EXPECT_EQ(runtime.nextAssignment(task)->call, brought);
  EXPECT_FALSE(runtime.at(task).awaitsClaim());
  dispatch(task);
  ASSERT_NE(next(task, 1), nullptr);
  EXPECT_EQ(runtime.completions().signal(), 0U) << "no call waits for that";
}

TEST_F(OffersTest, TellAnOwnerThatLooksOfTheClaimForWhichItWaits) {
  const TaskIndex task = parallel(2, 2);
  startAll(task);
  dispatch(task);
  testing::dispatchByMessage(runtime, task);
  runtime.offer(task);
  EXPECT_EQ(runtime.nextAssignment(task), std::nullopt);
  ASSERT_TRUE(testing::beginPolling(runtime.completions()));
  ASSERT_NE(next(task), nullptr);
  EXPECT_TRUE(runtime.completions().endPolling());
}

TEST_F(OffersTest, AreNotClaimedOnceWithdrawn) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const CallIndex first = dispatch(task);
  const CallIndex second = dispatch(task);
  EXPECT_EQ(runtime.withdraw(first, {.status = SpanStatus::kCanceled}),
            Runtime::Withdrawal::kRemoved);
  const CallIndex third = dispatch(task);
  EXPECT_EQ(third, first) << "its place in the table is used again";
  EXPECT_THAT(claimAll(task), ElementsAre(second, third));
}

TEST_F(OffersTest, AreBroughtInTurnWithCallsThatNeedAMessage) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const CallIndex first = dispatch(task);
  const CallIndex brought = testing::dispatchByMessage(runtime, task);
  const CallIndex last = dispatch(task);
  EXPECT_TRUE(runtime.offer(task).bring);
  EXPECT_EQ(runtime.nextAssignment(task), std::nullopt);
  EXPECT_THAT(claimAll(task), ElementsAre(first));
  ASSERT_TRUE(runtime.complete(first, runtime.nextCompletion()->generation, {}));
  runtime.offer(task);
  EXPECT_EQ(runtime.nextAssignment(task)->call, brought);
  ASSERT_TRUE(runtime.complete(brought, runtime.record(brought).generation, {}));
  runtime.offer(task);
  EXPECT_THAT(claimAll(task), ElementsAre(last));
}

TEST_F(OffersTest, MakeRoomForRepliesThatDidNotFit) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  const Method& method = runtime.defineMethod(task, TextHandle::kNone, 0);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  const auto reply = [&](std::uint32_t bytes) {
    const CallIndex call = *runtime.dispatch(task, method, std::nullopt);
    runtime.enqueue(call);
    runtime.readyShared(call, 8, true);
    runtime.offer(task);
    CallRecord& record = *next(task);
    const WorkerChannel::Finish finished =
        channel.finish(record, ReplyKind::kResult, channel.scratch(), bytes, clock);
    if (finished == WorkerChannel::Finish::kTooLarge) {
      EXPECT_EQ(channel.finish(record, ReplyKind::kMessage, nullptr, 0, clock),
                WorkerChannel::Finish::kDone);
    }
    return finished;
  };
  EXPECT_EQ(reply(CallRecord::kInlineBytes - 8), WorkerChannel::Finish::kDone);
  EXPECT_EQ(reply(1000), WorkerChannel::Finish::kTooLarge);
  EXPECT_EQ(reply(1000), WorkerChannel::Finish::kDone);
}

}  // namespace
}  // namespace atelier::core
