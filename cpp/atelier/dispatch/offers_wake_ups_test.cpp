// Which workers calls on offer wake, and when. wake_ups_test.cpp has real threads.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "atelier/dispatch/offers_fixture.h"

namespace atelier::core {
namespace {

TEST_F(OffersTest, WakeAWorkerThatWentBackToItsEventLoopOnce) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  EXPECT_EQ(next(task), nullptr);
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToWake(task), 0U);
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToWake(task), std::nullopt);
}

TEST_F(OffersTest, OfALongTickWakeTheWorkerAgainThatHasDealtWithTheFirst) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  for (int i = 0; i < 2; ++i) dispatch(task);
  EXPECT_EQ(claimAll(task).size(), 2U);
  runtime.nextWorkerToWake(task);  // that was before it went back to its event loop
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToWake(task), 0U);
}

TEST_F(OffersTest, WakeOneWorkerAtOnceAndTheOthersForWhatItHasNotClaimed) {
  const TaskIndex task = parallel(3, 3);
  startAll(task);
  for (WorkerIndex worker = 0; worker < 3; ++worker) EXPECT_EQ(next(task, worker), nullptr);
  dispatch(task);
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToWake(task), 0U);
  EXPECT_EQ(runtime.nextWorkerToWake(task), std::nullopt);
  ASSERT_NE(next(task, 0), nullptr);
  runtime.at(task).wakeWorkers();
  EXPECT_EQ(runtime.nextWorkerToWake(task), 1U);
  EXPECT_EQ(runtime.nextWorkerToWake(task), std::nullopt);
}

// A futex on which nobody is woken before the time.
class TimingOutFutex final : public Futex {
 public:
  void wait(const std::atomic<std::uint32_t>&, std::uint32_t, double) override { ++waits; }
  void wake(const std::atomic<std::uint32_t>&) override {}

  int waits = 0;
};

TEST(Offers, OfOneTickArePublishedTogetherAndWaitNoLongerThanAWorkerSleeps) {
  testing::ManualClock clock;
  TimingOutFutex futex;
  HeapBudgets budgets = testing::unbounded();
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {1, 2, 3}, {}};
  const TaskIndex task = runtime.defineTask({.label = {}, .poolSize = 1, .maxInFlight = 1});
  runtime.at(task).startAll();
  runtime.workerReady(task, *runtime.nextWorkerToStart(task), 0, 0, 0);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  // Returns whether there was a call, and how often the worker slept for it.
  const auto serve = [&] {
    futex.waits = 0;
    CallRecord* record = channel.next(clock, WorkerChannel::IdleStrategy::kSleep);
    if (record != nullptr) channel.finish(*record, ReplyKind::kResult, channel.scratch(), 0, clock);
    return std::pair(record != nullptr, futex.waits);
  };
  for (int i = 0; i < 4; ++i) testing::dispatchShared(runtime, task);
  EXPECT_EQ(serve(), std::pair(true, 0)) << "the first wakes the worker";
  EXPECT_EQ(serve(), std::pair(true, 0)) << "the second shows that there are more";
  EXPECT_EQ(serve(), std::pair(true, 1)) << "the tick takes long";
  runtime.at(task).wakeWorkers();
  EXPECT_EQ(serve(), std::pair(true, 0));
  EXPECT_EQ(serve(), std::pair(false, 1));

  constexpr std::uint32_t kPublished = 2 + ReadyRing::kBatch;
  for (std::uint32_t i = 0; i <= kPublished; ++i) testing::dispatchShared(runtime, task);
  for (std::uint32_t i = 0; i < kPublished; ++i) EXPECT_EQ(serve(), std::pair(true, 0));
  EXPECT_EQ(serve(), std::pair(true, 1));
}

TEST_F(OffersTest, WaitForAMessageThatIsOnItsWay) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  channel.messagePosted();
  dispatch(task);
  EXPECT_EQ(next(task), nullptr);
  channel.messageReceived();
  EXPECT_NE(next(task), nullptr);
}

// A clock at whose second reading something happens.
class EventfulClock final : public Clock {
 public:
  explicit EventfulClock(std::function<void()> event) : event_(std::move(event)) {}
  double nowMs() const override {
    if (++readings_ == 2) event_();
    return 0;
  }

 private:
  std::function<void()> event_;
  mutable int readings_ = 0;
};

TEST_F(OffersTest, AreLookedForByAWorkerThatHasDealtWithAMessage) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  const EventfulClock posting([&] { channel.messagePosted(); });
  EXPECT_EQ(channel.next(posting, WorkerChannel::IdleStrategy::kSpin), nullptr);
  EXPECT_EQ(channel.state(), WorkerChannel::kAtWork)
      << "it goes to the message, and not to sleep before";
  channel.messageReceived();
  CallIndex offered = 0;
  const EventfulClock offering([&] { offered = dispatch(task); });
  CallRecord* record = channel.next(offering, WorkerChannel::IdleStrategy::kSpin);
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->index, offered);
}

TEST_F(OffersTest, WakeAWorkerThatHasDealtWithItsMessageBeforeTheOwnerCountedIt) {
  const TaskIndex task = parallel(1, 1);
  startAll(task);
  WorkerChannel& channel = *runtime.at(task).worker(0).channel;
  channel.messageReceived();
  EXPECT_EQ(next(task), nullptr);
  channel.messagePosted();
  dispatch(task);
  EXPECT_EQ(runtime.nextWorkerToWake(task), 0U);
}

}  // namespace
}  // namespace atelier::core
