#include "atelier/shared/worker_channel.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <utility>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

// A futex on which something happens instead of a sleep, and that counts.
class ScriptedFutex final : public Futex {
 public:
  void wait(const std::atomic<std::uint32_t>&, std::uint32_t, double) override {
    ++waits;
    if (meanwhile) std::exchange(meanwhile, nullptr)();
  }
  void wake(const std::atomic<std::uint32_t>&) override { ++wakes; }

  std::function<void()> meanwhile;
  int waits = 0;
  int wakes = 0;
};

class WorkerChannelTest : public ::testing::Test {
 protected:
  using Idle = WorkerChannel::IdleStrategy;

  CallRecord* next(Idle idle = Idle::kReturn) { return channel.next(clock, idle); }
  void offer(CallRecord& record) {
    ASSERT_TRUE(ring.makeRoom());
    ring.push(record);
    ring.publish();
  }

  testing::ManualClock clock;
  ReadyRing ring;
  CompletionQueue completions;
  ScriptedFutex futex;
  WorkerChannel channel{ChannelServices{.offers = ring, .completions = completions, .futex = futex},
                        3, 2};
  std::array<CallRecord, 3> records;
};

TEST_F(WorkerChannelTest, ClaimsCallsAsItsWorkerUpToItsLimit) {
  for (CallRecord& record : records) offer(record);
  EXPECT_EQ(next(), &records[0]);
  EXPECT_EQ(records[0].claimedBy(), 3U);
  EXPECT_EQ(next(), &records[1]);
  EXPECT_EQ(next(), nullptr);
  channel.finish(records[0], ReplyKind::kResult, channel.scratch(), 0, clock);
  EXPECT_EQ(next(), &records[2]);
}

TEST_F(WorkerChannelTest, ParksWithoutACallAndIsWokenByAMessageOnce) {
  EXPECT_EQ(next(), nullptr);
  EXPECT_EQ(channel.state(), WorkerChannel::kParked);
  EXPECT_EQ(channel.wake(), WorkerChannel::Wake::kMessage);
  EXPECT_EQ(channel.state(), WorkerChannel::kAtWork);
  EXPECT_EQ(channel.wake(), WorkerChannel::Wake::kBusy);
}

TEST_F(WorkerChannelTest, IsWokenFromItsSleepWithoutAMessage) {
  WorkerChannel::Wake woken{};
  futex.meanwhile = [&] {
    EXPECT_EQ(channel.state(), WorkerChannel::kWaiting);
    offer(records[0]);
    woken = channel.wake();
  };
  EXPECT_EQ(next(Idle::kSleep), &records[0]);
  EXPECT_EQ(woken, WorkerChannel::Wake::kAwake);
  EXPECT_EQ(futex.wakes, 1);
}

TEST_F(WorkerChannelTest, ClaimsWhatCameWhileItSleptThoughNobodyWokeIt) {
  futex.meanwhile = [&] { offer(records[0]); };
  EXPECT_EQ(next(Idle::kSleep), &records[0]);
}

TEST_F(WorkerChannelTest, NeverSleepsWhileACallOfItsOwnIsUnderWay) {
  offer(records[0]);
  ASSERT_NE(next(), nullptr);
  EXPECT_EQ(next(Idle::kSleep), nullptr);
  EXPECT_EQ(futex.waits, 0);
}

TEST_F(WorkerChannelTest, ClaimsNothingWhileAMessageIsOnItsWay) {
  offer(records[0]);
  channel.messagePosted();
  EXPECT_EQ(next(Idle::kSleep), nullptr);
  EXPECT_EQ(futex.waits, 0);
  channel.messageReceived();
  EXPECT_EQ(next(), &records[0]);
}

TEST_F(WorkerChannelTest, StaysParkedIfTheMessageHadComeBeforeItWasCounted) {
  channel.messageReceived();
  EXPECT_EQ(next(), nullptr);
  channel.messagePosted();
  EXPECT_EQ(channel.state(), WorkerChannel::kParked);
}

TEST_F(WorkerChannelTest, ClaimsNothingOnceItIsRevoked) {
  offer(records[0]);
  channel.revoke();
  EXPECT_EQ(next(Idle::kSleep), nullptr);
  EXPECT_EQ(futex.waits, 0);
}

TEST_F(WorkerChannelTest, ClaimsACallThatAMessageBringsUnlessItWasWithdrawn) {
  const std::uint32_t kept = records[0].assign();
  const std::uint32_t withdrawn = records[1].assign();
  ASSERT_TRUE(records[1].requestCancel());
  EXPECT_TRUE(channel.claim(records[0], kept, clock));
  EXPECT_FALSE(channel.claim(records[1], withdrawn, clock));
}

TEST_F(WorkerChannelTest, TellsItsOwnerOfAClaimThatIsAwaited) {
  offer(records[0]);
  offer(records[1]);
  ASSERT_NE(next(), nullptr);
  EXPECT_EQ(completions.signal(), 0U);
  ring.awaitClaims(true);
  ASSERT_NE(next(), nullptr);
  EXPECT_EQ(completions.signal(), 1U);
  EXPECT_EQ(futex.wakes, 1);
}

TEST_F(WorkerChannelTest, HandsACallBackWithItsReplyAndWakesItsOwner) {
  HeapBudgets budgets = testing::unbounded();
  ASSERT_TRUE(records[0].setArguments({}, 0, budgets.payloads));
  offer(records[0]);
  ASSERT_NE(next(), nullptr);
  channel.scratch()[0] = std::byte{42};
  EXPECT_EQ(channel.finish(records[0], ReplyKind::kResult, channel.scratch(), 1, clock),
            WorkerChannel::Finish::kDone);
  EXPECT_EQ(futex.wakes, 1);
  EXPECT_EQ(completions.pop(), &records[0]);
  EXPECT_EQ(records[0].replyBytes, 1U);
  EXPECT_EQ(records[0].payload[0], std::byte{42});
}

TEST_F(WorkerChannelTest, KeepsACallWhoseReplyDoesNotFit) {
  const Method method;
  HeapBudgets budgets = testing::unbounded();
  ASSERT_TRUE(records[0].setArguments({}, 0, budgets.payloads));
  records[0].method = &method;
  offer(records[0]);
  ASSERT_NE(next(), nullptr);
  constexpr std::uint32_t kBytes = CallRecord::kInlineBytes + 1;
  EXPECT_EQ(channel.finish(records[0], ReplyKind::kResult, channel.scratch(), kBytes, clock),
            WorkerChannel::Finish::kTooLarge);
  EXPECT_EQ(method.replyBytes, kBytes) << "later calls have the room";
  EXPECT_EQ(records[0].state(), RecordState::kRunning);
  EXPECT_EQ(channel.finish(records[0], ReplyKind::kMessage, channel.scratch(), 0, clock),
            WorkerChannel::Finish::kDone);
  EXPECT_EQ(completions.pop(), nullptr) << "the platform's message tells";
}

TEST_F(WorkerChannelTest, HandsALargeReplyBackThatTheWorkerHasWrittenInItsRoom) {
  constexpr std::uint32_t kBytes = 100'000;
  const Method method;
  records[0].method = &method;
  HeapBudgets budgets = testing::unbounded();
  const std::array<std::byte, 3> arguments{};
  ASSERT_TRUE(records[0].setArguments(arguments, kBytes, budgets.payloads));
  offer(records[0]);
  ASSERT_NE(next(), nullptr);
  std::byte* const room = channel.roomFor(records[0], kBytes);
  ASSERT_EQ(room, records[0].payload + 8) << "aligned, behind the arguments";
  std::fill_n(room, kBytes, std::byte{7});
  EXPECT_EQ(channel.finish(records[0], ReplyKind::kResult, room, kBytes, clock),
            WorkerChannel::Finish::kDone);
  EXPECT_EQ(completions.pop(), &records[0]);
  EXPECT_EQ(records[0].replyBytes, kBytes);
  EXPECT_EQ(records[0].replyAddress()[kBytes - 1], std::byte{7});
}

TEST_F(WorkerChannelTest, AsksForRoomThatIsMissingAndForLessIfRepliesBecomeSmall) {
  const Method method;
  HeapBudgets budgets = testing::unbounded();
  const auto run = [&](std::uint32_t bytes) {
    CallRecord record;
    record.method = &method;
    EXPECT_TRUE(record.setArguments({}, method.replyBytes, budgets.payloads));
    offer(record);
    EXPECT_EQ(next(), &record);
    const std::byte* const room = channel.roomFor(record, bytes);
    const ReplyKind reply = room != nullptr ? ReplyKind::kResult : ReplyKind::kMessage;
    channel.finish(record, reply, room, room != nullptr ? bytes : 0, clock);
    EXPECT_EQ(completions.pop(), room != nullptr ? &record : nullptr);
    record.clearArguments(budgets.payloads);
    return room != nullptr;
  };
  EXPECT_FALSE(run(100'000));
  EXPECT_EQ(method.replyBytes, 100'000U) << "though the message that follows takes none";
  EXPECT_TRUE(run(100'000));
  EXPECT_TRUE(run(25'000)) << "a quarter";
  EXPECT_EQ(method.replyBytes, 100'000U);
  EXPECT_TRUE(run(10));
  EXPECT_EQ(method.replyBytes, 50'000U);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(run(10));
  EXPECT_LE(method.replyBytes, CallRecord::kInlineBytes);
}

TEST_F(WorkerChannelTest, AsksForLessRoomIfRepliesAreMessages) {
  const Method method;
  method.replyBytes = 100'000;
  HeapBudgets budgets = testing::unbounded();
  ASSERT_TRUE(records[0].setArguments({}, method.replyBytes, budgets.payloads));
  records[0].method = &method;
  offer(records[0]);
  ASSERT_NE(next(), nullptr);
  channel.finish(records[0], ReplyKind::kMessage, nullptr, 0, clock);
  EXPECT_EQ(method.replyBytes, 50'000U);
}

TEST_F(WorkerChannelTest, SaysThatACallIsGoneWhichItsOwnerHasTakenBack) {
  offer(records[0]);
  ASSERT_NE(next(), nullptr);
  records[0].retract();
  EXPECT_EQ(channel.finish(records[0], ReplyKind::kResult, channel.scratch(), 0, clock),
            WorkerChannel::Finish::kGone);
  EXPECT_EQ(completions.pop(), nullptr);
}

}  // namespace
}  // namespace atelier::core
