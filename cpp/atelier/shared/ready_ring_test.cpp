#include "atelier/shared/ready_ring.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace atelier::core {
namespace {

class ReadyRingTest : public ::testing::Test {
 protected:
  CallRecord* claimNext(bool all = false, bool mayClaim = true) {
    return ring.claimNext(0, all, [&] { return mayClaim; });
  }
  void push(CallRecord& record) {
    ASSERT_TRUE(ring.makeRoom());
    ring.push(record);
  }

  ReadyRing ring;
  std::array<CallRecord, 3> records;
};

TEST_F(ReadyRingTest, GivesRecordsInTheirOrderEachOnce) {
  for (CallRecord& record : records) push(record);
  ring.publish();
  EXPECT_EQ(ring.backlog(), 3U);
  for (CallRecord& record : records) {
    EXPECT_EQ(claimNext(), &record);
    EXPECT_EQ(record.claimedBy(), 0U);
  }
  EXPECT_EQ(claimNext(), nullptr);
  EXPECT_EQ(ring.backlog(), 0U);
}

TEST_F(ReadyRingTest, ShowsWhatIsNotPublishedOnlyToThoseThatAskForAll) {
  push(records[0]);
  EXPECT_EQ(ring.unpublished(), 1U);
  EXPECT_FALSE(ring.hasPublished());
  EXPECT_EQ(claimNext(), nullptr);
  EXPECT_EQ(claimNext(true), &records[0]);
  push(records[1]);
  ring.publish();
  EXPECT_TRUE(ring.hasPublished());
  EXPECT_EQ(claimNext(), &records[1]);
}

TEST_F(ReadyRingTest, PassesOverWhatWasRecalledOrOfferedAnew) {
  for (CallRecord& record : records) push(record);
  ring.publish();
  ASSERT_TRUE(records[0].recall());
  ASSERT_TRUE(records[1].recall());
  push(records[1]);  // behind the third now
  ring.publish();
  EXPECT_EQ(claimNext(), &records[2]);
  EXPECT_EQ(claimNext(), &records[1]);
  EXPECT_EQ(claimNext(), nullptr);
}

TEST_F(ReadyRingTest, LeavesARecordToOthersIfAWorkerMayNotClaimIt) {
  push(records[0]);
  ring.publish();
  EXPECT_EQ(claimNext(false, false), nullptr);
  EXPECT_EQ(claimNext(), &records[0]);
}

TEST_F(ReadyRingTest, IsFullUntilTheOldestOfferIsGone) {
  const auto many = std::make_unique<CallRecord[]>(ReadyRing::kSize);
  for (std::uint32_t i = 0; i < ReadyRing::kSize; ++i) push(many[i]);
  EXPECT_FALSE(ring.makeRoom());
  ASSERT_TRUE(many[1].recall());
  EXPECT_FALSE(ring.makeRoom()) << "the oldest is still there";
  ASSERT_TRUE(many[0].recall());
  push(records[0]);
  push(records[1]);
  EXPECT_FALSE(ring.makeRoom());
  EXPECT_EQ(claimNext(true), &many[2]) << "workers pass over the slots that are used again";
}

TEST_F(ReadyRingTest, TellsWorkersWhetherTheirClaimsAreAwaited) {
  EXPECT_FALSE(ring.claimsAwaited());
  ring.awaitClaims(true);
  EXPECT_TRUE(ring.claimsAwaited());
  ring.awaitClaims(false);
  EXPECT_FALSE(ring.claimsAwaited());
}

// Workers claim and the owner recalls at the same time. ThreadSanitizer watches.
TEST(ReadyRing, GivesEachOfferToOneWorkerOrBackToItsOwner) {
  constexpr std::uint32_t kWorkers = 3;
  constexpr std::uint32_t kRecords = 20'000;
  ReadyRing ring;
  const auto records = std::make_unique<CallRecord[]>(kRecords);
  const auto owners = std::make_unique<std::atomic<int>[]>(kRecords);
  for (std::uint32_t i = 0; i < kRecords; ++i) records[i].index = i;
  std::atomic<std::uint32_t> left{kRecords};
  std::vector<std::thread> threads;
  for (std::uint32_t worker = 0; worker < kWorkers; ++worker) {
    threads.emplace_back([&, worker] {
      while (left > 0) {
        const CallRecord* record = ring.claimNext(worker, false, [] { return true; });
        if (record == nullptr) continue;
        ++owners[record->index];
        --left;
      }
    });
  }
  for (std::uint32_t i = 0; i < kRecords; ++i) {
    while (!ring.makeRoom()) std::this_thread::yield();
    ring.push(records[i]);
    if (i % 7 == 0 && records[i / 2].recall()) {
      ++owners[i / 2];
      --left;
    }
    ring.publish();
  }
  for (std::thread& thread : threads) thread.join();
  for (std::uint32_t i = 0; i < kRecords; ++i) ASSERT_EQ(owners[i], 1) << i;
}

}  // namespace
}  // namespace atelier::core
