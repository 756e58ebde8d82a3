#include "atelier/call_table.h"

#include <gtest/gtest.h>

#include "atelier/testing.h"

namespace atelier {
namespace {

class CallTableTest : public ::testing::Test {
 protected:
  testing::ManualClock clock;
  CallTable table{clock};
};

TEST_F(CallTableTest, ReusesWhatIsReleasedUnderANewGeneration) {
  Call& call = table.allocate();
  const CallIndex index = call.index;
  const std::uint32_t first = call.record->assign();
  call.attemptCount = 3;
  table.release(call);
  EXPECT_EQ(table.find(index), nullptr);

  Call& again = table.allocate();
  EXPECT_EQ(again.index, index);
  EXPECT_EQ(again.attemptCount, 0U);
  EXPECT_NE(again.record->assign(), first);
}

TEST_F(CallTableTest, KeepsAddressesWhileItGrows) {
  Call* const first = &table.allocate();
  const CallRecord* const record = first->record.get();
  for (int i = 0; i < 10'000; ++i) table.allocate();
  EXPECT_EQ(&table.at(first->index), first);
  EXPECT_EQ(first->record.get(), record);
  EXPECT_EQ(table.size(), 10'001U);
}

TEST_F(CallTableTest, LeavesADeadWorkersRecordAloneForTheGracePeriod) {
  Call& lost = table.allocate();
  const CallRecord* const record = lost.record.get();
  table.abandon(lost);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_NE(table.allocate().record.get(), record);
  clock.advance(Quarantine<CallRecord>::kGraceMs - 1);
  EXPECT_NE(table.allocate().record.get(), record);
  clock.advance(1);
  EXPECT_EQ(table.allocate().record.get(), record);
}

TEST_F(CallTableTest, NeverHasTheSameGenerationTwiceForAnIndex) {
  Call& lost = table.allocate();
  const CallIndex index = lost.index;
  lost.record->assign();
  const std::uint32_t before = lost.record->assign();
  table.abandon(lost);
  Call& again = table.allocate();
  ASSERT_EQ(again.index, index);
  EXPECT_GT(again.record->assign(), before);
  ASSERT_TRUE(table.renew(again));
  EXPECT_GT(again.record->assign(), before + 1);
}

TEST_F(CallTableTest, GivesACallThatRunsAgainAnotherRecordWithTheSameArguments) {
  Call& call = table.allocate();
  const std::array<std::byte, 3> arguments{std::byte{1}, std::byte{2}, std::byte{3}};
  ASSERT_TRUE(call.record->setArguments(arguments, 1000));
  call.shared = true;
  const CallRecord* const old = call.record.get();
  ASSERT_TRUE(table.renew(call));
  EXPECT_NE(call.record.get(), old);
  EXPECT_EQ(call.record->index, call.index);
  EXPECT_EQ(call.record->capacity, 1003U);
  EXPECT_TRUE(std::equal(arguments.begin(), arguments.end(), call.record->payload));
  EXPECT_NE(call.record->payload, old->payload);
}

}  // namespace
}  // namespace atelier
