#include "atelier/shared/call_record.h"

#include <gtest/gtest.h>

#include <thread>

namespace atelier::core {
namespace {

// Claims a call and stamps its start.
bool claim(CallRecord& record, std::uint32_t generation, double nowMs) {
  if (!record.claim(generation, 0)) return false;
  record.start(nowMs);
  return true;
}

TEST(CallRecord, TellsTheWorkersTimesOfACall) {
  CallRecord record;
  const std::uint32_t generation = record.assign();
  EXPECT_EQ(record.startedMs(), std::nullopt);
  EXPECT_TRUE(claim(record, generation, 5));
  EXPECT_EQ(record.endedMs(), std::nullopt);
  record.finish(generation, 9);
  EXPECT_EQ(record.startedMs(), 5);
  EXPECT_EQ(record.endedMs(), 9);
}

TEST(CallRecord, IsClaimedOnce) {
  CallRecord record;
  const std::uint32_t generation = record.assign();
  EXPECT_TRUE(claim(record, generation, 1));
  EXPECT_FALSE(claim(record, generation, 2));
  EXPECT_EQ(record.startedMs(), 1);
}

TEST(CallRecord, RefusesAMessageOfAnEarlierGeneration) {
  CallRecord record;
  const std::uint32_t earlier = record.assign();
  record.retract();
  const std::uint32_t later = record.assign();
  EXPECT_FALSE(claim(record, earlier, 1));
  record.finish(earlier, 2);
  EXPECT_EQ(record.startedMs(), std::nullopt);
  EXPECT_TRUE(claim(record, later, 3));
}

TEST(CallRecord, ShowsACancellationToItsOwnGenerationOnly) {
  CallRecord record;
  const std::uint32_t first = record.assign();
  EXPECT_TRUE(claim(record, first, 1));
  EXPECT_FALSE(record.requestCancel());
  EXPECT_TRUE(record.canceled(first));
  record.retract();
  const std::uint32_t second = record.assign();
  EXPECT_FALSE(record.canceled(second));
}

TEST(CallRecord, KeepsAWithdrawnCallFromRunning) {
  CallRecord record;
  const std::uint32_t generation = record.assign();
  EXPECT_TRUE(record.requestCancel());
  EXPECT_FALSE(claim(record, generation, 1));
}

// Owner and worker race for the same record: whoever loses must know it.
TEST(CallRecord, IsEitherWithdrawnOrClaimedUnderContention) {
  CallRecord record;
  for (int round = 0; round < 5'000; ++round) {
    const std::uint32_t generation = record.assign();
    bool claimed = false;
    std::thread worker([&] {
      claimed = claim(record, generation, 1);
      if (claimed) record.finish(generation, 2);
    });
    const bool withdrawn = record.requestCancel();
    worker.join();
    ASSERT_NE(claimed, withdrawn);
    ASSERT_EQ(record.endedMs().has_value(), claimed);
    record.retract();
  }
}

// A handler in a loop sees the cancellation without any help from its event loop.
TEST(CallRecord, ShowsACancellationToARunningLoop) {
  CallRecord record;
  const std::uint32_t generation = record.assign();
  std::atomic<bool> running{false};
  std::thread worker([&] {
    if (!claim(record, generation, 1)) return;
    running.store(true, std::memory_order_release);
    while (!record.canceled(generation)) std::this_thread::yield();
    record.finish(generation, 2);
  });
  while (!running.load(std::memory_order_acquire)) std::this_thread::yield();
  EXPECT_FALSE(record.requestCancel());
  worker.join();
  EXPECT_EQ(record.state(), RecordState::kFinished);
}

}  // namespace
}  // namespace atelier::core
