#include "atelier/dispatch/call_table.h"

#include <gtest/gtest.h>

#include <array>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

class CallTableTest : public ::testing::Test {
 protected:
  HeapBudgets budgets = testing::unbounded();
  CallTable table{budgets};
};

TEST_F(CallTableTest, ReusesWhatIsReleasedUnderANewGeneration) {
  Call& call = *table.allocate();
  const CallIndex index = call.index;
  const std::uint32_t first = call.record->assign();
  call.attemptCount = 3;
  table.free(call);
  EXPECT_EQ(table.find(index), nullptr);

  Call& again = *table.allocate();
  EXPECT_EQ(again.index, index);
  EXPECT_EQ(again.attemptCount, 0U);
  EXPECT_NE(again.record->assign(), first);
}

TEST_F(CallTableTest, KeepsAddressesWhileItGrows) {
  Call* const first = table.allocate();
  const CallRecord* const record = first->record.get();
  for (int i = 0; i < 10'000; ++i) table.allocate();
  EXPECT_EQ(&table.at(first->index), first);
  EXPECT_EQ(first->record.get(), record);
  EXPECT_EQ(table.size(), 10'001U);
}

TEST_F(CallTableTest, ReusesALostWorkersRecordOnlyOnceItIsGivenBack) {
  Call& lost = *table.allocate();
  std::unique_ptr<CallRecord> record = table.abandon(lost);
  const CallRecord* const address = record.get();
  EXPECT_EQ(table.size(), 0U);
  EXPECT_NE(table.allocate()->record.get(), address);
  table.reuse(std::move(record));
  EXPECT_EQ(table.allocate()->record.get(), address);
}

TEST_F(CallTableTest, NeverHasTheSameGenerationTwiceForAnIndex) {
  Call& lost = *table.allocate();
  const CallIndex index = lost.index;
  lost.record->assign();
  const std::uint32_t before = lost.record->assign();
  const auto abandoned = table.abandon(lost);
  Call& again = *table.allocate();
  ASSERT_EQ(again.index, index);
  EXPECT_GT(again.record->assign(), before);
  ASSERT_TRUE(table.renew(again));
  EXPECT_GT(again.record->assign(), before + 1);
}

TEST_F(CallTableTest, GivesACallThatRunsAgainAnotherRecordWithTheSameArguments) {
  Call& call = *table.allocate();
  const std::array<std::byte, 3> arguments{std::byte{1}, std::byte{2}, std::byte{3}};
  ASSERT_TRUE(table.setArguments(call, arguments, 1000));
  call.arguments = ArgumentsIn::kRecord;
  const std::unique_ptr<CallRecord> old = table.renew(call);
  ASSERT_TRUE(old);
  EXPECT_NE(call.record, old);
  EXPECT_EQ(call.record->index, call.index);
  EXPECT_EQ(call.record->replyRoom(), 1000U);
  EXPECT_TRUE(std::equal(arguments.begin(), arguments.end(), call.record->payload));
  EXPECT_NE(call.record->payload, old->payload);
}

TEST(CallTableOfABoundedHeap, RefusesTheCallForWhichThereIsNoRoomAndGivesAllBack) {
  constexpr std::size_t kBytes = 100'000;
  HeapBudgets budgets{.calls = HeapBudget(kBytes), .payloads = HeapBudget(1'000)};
  {
    CallTable table{budgets};
    Call* last = nullptr;
    for (Call* call = table.allocate(); call != nullptr; call = table.allocate()) last = call;
    const std::size_t most = table.size();
    EXPECT_GT(most, 2'000U) << "a table has room of its own";
    EXPECT_EQ(table.allocate(), nullptr);
    EXPECT_EQ(table.size(), most);
    EXPECT_FALSE(table.renew(*last)) << "there is no other record";
    table.free(*last);
    EXPECT_NE(table.allocate(), nullptr);
    EXPECT_EQ(table.allocate(), nullptr);
  }
  EXPECT_EQ(budgets.calls.left(), kBytes);
}

TEST(CallTableOfABoundedHeap, RefusesArgumentsForWhichThereIsNoRoom) {
  HeapBudgets budgets{.calls = HeapBudget(100'000), .payloads = HeapBudget(1'000)};
  {
    CallTable table{budgets};
    const std::array<std::byte, 600> arguments{};
    Call& first = *table.allocate();
    Call& second = *table.allocate();
    EXPECT_TRUE(table.setArguments(first, arguments, 0));
    EXPECT_FALSE(table.setArguments(second, arguments, 0));
    EXPECT_TRUE(table.setArguments(second, {}, 0)) << "a record has room of its own";
    table.free(first);
    second.record->clearArguments(budgets.payloads);
    EXPECT_TRUE(table.setArguments(second, arguments, 0));
  }
  EXPECT_EQ(budgets.payloads.left(), 1'000U);
}

TEST(CallTableOfABoundedHeap, KeepsScarceMemoryForArguments) {
  HeapBudgets budgets{.calls = HeapBudget(100'000), .payloads = HeapBudget(8'000)};
  CallTable table{budgets};
  Call& first = *table.allocate();
  ASSERT_TRUE(table.reserveArguments(first, 500, 1'000));
  EXPECT_EQ(first.record->replyRoom(), 1'000U);
  Call& second = *table.allocate();
  ASSERT_TRUE(table.reserveArguments(second, 500, 1'000)) << "without the room for a reply";
  EXPECT_LT(second.record->replyRoom(), 8U);
  EXPECT_FALSE(table.reserveArguments(*table.allocate(), 7'000, 0));
}

}  // namespace
}  // namespace atelier::core
