// Calls that workers claim by themselves, with real threads in the place of workers.
// ThreadSanitizer watches.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

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
    return runtime.at(task).worker(worker).channel->finish(record, ReplyKind::kResult, 0, clock);
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
  ASSERT_TRUE(runtime.completions().beginPolling());
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
    if (record != nullptr) channel.finish(*record, ReplyKind::kResult, 0, clock);
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
  channel.finish(*record, ReplyKind::kMessage, 0, workerClock);
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
  EXPECT_EQ(dead.finish(*old, ReplyKind::kResult, 0, clock), WorkerChannel::Finish::kGone);
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
    const WorkerChannel::Finish finished = channel.finish(record, ReplyKind::kResult, bytes, clock);
    if (finished == WorkerChannel::Finish::kTooLarge) {
      EXPECT_EQ(channel.finish(record, ReplyKind::kMessage, 0, clock),
                WorkerChannel::Finish::kDone);
    }
    return finished;
  };
  EXPECT_EQ(reply(CallRecord::kInlineBytes - 8), WorkerChannel::Finish::kDone);
  EXPECT_EQ(reply(1000), WorkerChannel::Finish::kTooLarge);
  EXPECT_EQ(reply(1000), WorkerChannel::Finish::kDone);
}

// One worker's thread: claims calls as long as there are any, and forgets some now and then, as
// if it had died; a lost one goes on for a while, since nobody tells it.
class OfferThread {
 public:
  OfferThread(WorkerChannel& channel, unsigned seed)
      : channel_(channel), random_(seed), thread_([this] { run(); }) {}
  ~OfferThread() {
    ending_ = true;
    thread_.join();
  }

  bool hasDied() const { return dead_; }

 private:
  void run() {
    double nowMs = 0;
    testing::ManualClock clock;
    while (!ending_) {
      CallRecord* record =
          channel_.next(clock, static_cast<WorkerChannel::IdleStrategy>(random_.below(3)));
      if (record == nullptr) {
        std::this_thread::yield();
        continue;
      }
      clock.advance(++nowMs);
      if (random_.below(20) == 0) {
        dead_ = true;
        if (random_.below(2) == 0) return;
      }
      channel_.finish(*record, ReplyKind::kResult, random_.below(8), clock);
    }
  }

  WorkerChannel& channel_;
  testing::Random random_;
  std::atomic<bool> ending_{false};
  std::atomic<bool> dead_{false};
  std::thread thread_;
};

class OfferThreads : public ::testing::TestWithParam<unsigned> {};

TEST_P(OfferThreads, ServeEveryCallOnceWhileSomeAreCancelledAndWorkersDie) {
  const unsigned seed = GetParam();
  testing::ManualClock clock;
  testing::ThreadFutex futex;
  HeapBudgets budgets = testing::unbounded();
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {seed}, {}};
  testing::Random random(seed);
  const std::uint32_t size = 1 + seed % 4;
  const TaskIndex task = runtime.defineTask({.label = {},
                                             .poolSize = size,
                                             .maxInFlight = size * (1 + seed % 3),
                                             .crashPolicy = CrashPolicy::kRequeueInFlight,
                                             .crashMaxRetries = 1'000});
  std::map<WorkerIndex, std::unique_ptr<OfferThread>> threads;
  std::vector<std::unique_ptr<OfferThread>> lost;  // whose threads may still be running
  const auto startWorkers = [&] {
    runtime.at(task).startAll();
    while (const auto worker = runtime.nextWorkerToStart(task)) {
      threads[*worker] = std::make_unique<OfferThread>(*runtime.at(task).worker(*worker).channel,
                                                       random.below(1'000'000));
      runtime.workerReady(task, *worker, 0, 0, 0);
    }
  };
  startWorkers();

  constexpr std::size_t kCalls = 2'000;
  std::size_t dispatched = 0;
  std::size_t settled = 0;
  std::vector<CallIndex> open;
  while (settled < kCalls) {
    while (dispatched < kCalls && open.size() < 600) {
      open.push_back(testing::dispatchShared(runtime, task, random.below(2)));
      ++dispatched;
    }
    if (random.below(4) == 0 && !open.empty()) {
      const CallIndex call = open[random.below(open.size())];
      if (runtime.withdraw(call, {.status = SpanStatus::kCanceled}) ==
          Runtime::Withdrawal::kRemoved) {
        std::erase(open, call);
        ++settled;
      }
    }
    while (const CallRecord* record = runtime.nextCompletion()) {
      const CallIndex call = record->index;
      ASSERT_TRUE(runtime.complete(call, record->generation, {}));
      ASSERT_EQ(std::erase(open, call), 1U);
      ++settled;
    }
    for (WorkerIndex worker = 0; worker < size; ++worker) {
      if (!threads[worker]->hasDied()) continue;
      runtime.workerCrashed(task, worker);
      lost.push_back(std::move(threads[worker]));
      while (const auto call = runtime.firstHeld(task, worker)) {
        if (runtime.retry(*call)) continue;
        runtime.abandon(*call, {.status = SpanStatus::kError});
        ASSERT_EQ(std::erase(open, *call), 1U);
        ++settled;
      }
    }
    startWorkers();
    runtime.offer(task);
    std::this_thread::yield();
  }
  EXPECT_EQ(runtime.openCalls(), 0U);
  EXPECT_EQ(sink.of(testing::Entry::Kind::kMeasure).size(), kCalls);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OfferThreads, ::testing::Range(1U, 9U));

}  // namespace
}  // namespace atelier
