#include "atelier/shared/completion_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

TEST(CompletionQueue, GivesRecordsInTheOrderInWhichTheyCame) {
  CompletionQueue completions;
  std::array<CallRecord, 4> records;
  EXPECT_EQ(completions.pop(), nullptr);
  completions.push(records[0]);
  completions.push(records[1]);
  EXPECT_EQ(completions.pop(), &records[0]);
  completions.push(records[2]);
  completions.push(records[3]);
  for (const std::size_t i : {1U, 2U, 3U}) EXPECT_EQ(completions.pop(), &records[i]);
  EXPECT_EQ(completions.pop(), nullptr);
}

TEST(CompletionQueue, HasItsOwnerWokenOnceForAllNewsUntilItReadsThem) {
  CompletionQueue completions;
  std::array<CallRecord, 3> records;
  EXPECT_TRUE(completions.push(records[0]));
  EXPECT_FALSE(completions.push(records[1]));
  EXPECT_FALSE(completions.tellClaim());
  EXPECT_EQ(completions.signal(), 1U);
  while (completions.pop() != nullptr) {
  }
  EXPECT_EQ(completions.signal(), 0U);
  EXPECT_TRUE(completions.tellClaim());
  EXPECT_EQ(completions.pop(), nullptr);
  EXPECT_TRUE(completions.push(records[2]));
}

TEST(CompletionQueue, HasAnOwnerThatPollsNotWoken) {
  const testing::ManualClock clock;
  CompletionQueue completions;
  CallRecord record;
  ASSERT_TRUE(testing::beginPolling(completions));
  EXPECT_FALSE(completions.push(record));
  EXPECT_TRUE(completions.poll(clock));
  EXPECT_EQ(completions.pop(), &record);
}

TEST(CompletionQueue, TellsAnOwnerThatStopsPollingWhatHasComeMeanwhile) {
  testing::ManualClock clock;
  CompletionQueue completions;
  CallRecord record;
  ASSERT_TRUE(testing::beginPolling(completions));
  EXPECT_FALSE(completions.poll(clock));
  completions.push(record);
  EXPECT_TRUE(completions.endPolling());
  ASSERT_TRUE(completions.beginPolling());
  completions.pop();
  EXPECT_FALSE(completions.endPolling());
}

TEST(CompletionQueue, ItsOwnerLooksNoMoreWhereThatHasBeenOfNoUseForLong) {
  testing::ManualClock clock;
  CompletionQueue completions;
  ASSERT_TRUE(testing::beginPolling(completions));
  int looks = 0;
  while (completions.beginPolling()) {
    EXPECT_TRUE(completions.ownerPolls());
    EXPECT_FALSE(completions.poll(clock));
    EXPECT_FALSE(completions.endPolling());
    ASSERT_LT(++looks, 1'000);
  }
  EXPECT_GE(looks, 50) << "a scheduler takes a while to give both a core";
  EXPECT_FALSE(completions.ownerPolls());
  EXPECT_EQ(completions.signal(), 0U) << "workers are to wake it";
}

// Workers push, and an owner sleeps until it is woken: nothing else makes it go on. ThreadSanitizer
// watches.
TEST(CompletionQueue, LosesNoRecordAndKeepsTheOrderOfEachWorker) {
  constexpr std::size_t kWorkers = 4;
  constexpr std::uint32_t kRecords = 5'000;
  CompletionQueue completions;
  testing::ThreadFutex futex;
  std::vector<std::unique_ptr<CallRecord[]>> records;
  for (std::size_t worker = 0; worker < kWorkers; ++worker) {
    records.push_back(std::make_unique<CallRecord[]>(kRecords));
  }
  std::vector<std::thread> threads;
  for (std::uint32_t worker = 0; worker < kWorkers; ++worker) {
    threads.emplace_back([&, worker] {
      for (std::uint32_t i = 0; i < kRecords; ++i) {
        CallRecord& record = records[worker][i];
        record.index = i;
        record.replyBytes = worker;
        if (completions.push(record)) futex.wake(completions.signal());
      }
    });
  }
  std::map<std::uint32_t, std::uint32_t> next;
  for (std::size_t left = kWorkers * kRecords; left > 0;) {
    constexpr double kStuckMs = 10'000;
    const CallRecord* record = completions.pop();
    if (record == nullptr) {
      futex.wait(completions.signal(), 0, kStuckMs);
      record = completions.pop();
    }
    ASSERT_NE(record, nullptr) << left << " records are lost";
    ASSERT_EQ(record->index, next[record->replyBytes]++);
    --left;
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace atelier::core
