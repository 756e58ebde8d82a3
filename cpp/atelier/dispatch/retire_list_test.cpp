#include "atelier/dispatch/retire_list.h"

#include <gtest/gtest.h>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

class RetireListTest : public ::testing::Test {
 protected:
  const WorkerChannel* retireChannel() {
    auto channel = std::make_unique<WorkerChannel>(
        ChannelServices{.offers = ring, .completions = completions, .futex = futex}, 0, 1);
    const WorkerChannel* const address = channel.get();
    retired.retire(std::move(channel));
    return address;
  }
  const CallRecord* retireRecord(const WorkerChannel* channel) {
    auto record = std::make_unique<CallRecord>();
    const CallRecord* const address = record.get();
    retired.retire(channel, std::move(record));
    return address;
  }

  ReadyRing ring;
  CompletionQueue completions;
  testing::ThreadFutex futex;
  RetireList retired;
};

TEST_F(RetireListTest, ReclaimsTheRecordsOfTheWorkerThatHasStoppedAndNoOthers) {
  const WorkerChannel* const first = retireChannel();
  const WorkerChannel* const second = retireChannel();
  const CallRecord* const kept = retireRecord(second);
  const CallRecord* const one = retireRecord(first);
  const CallRecord* const other = retireRecord(first);
  const auto reclaimed = retired.reclaim(first);
  ASSERT_EQ(reclaimed.size(), 2U);
  EXPECT_EQ(reclaimed[0].get(), one);
  EXPECT_EQ(reclaimed[1].get(), other);
  const auto last = retired.reclaim(second);
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].get(), kept);
}

TEST_F(RetireListTest, ReclaimsNothingOfAWorkerThatLeftNothingOrThatItDoesNotKnow) {
  const WorkerChannel* const channel = retireChannel();
  EXPECT_TRUE(retired.reclaim(channel).empty());
  EXPECT_TRUE(retired.reclaim(channel).empty()) << "its channel is gone";
  EXPECT_TRUE(retired.reclaim(nullptr).empty());
}

}  // namespace
}  // namespace atelier::core
