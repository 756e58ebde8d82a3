#include "atelier/call_table.h"

#include <gtest/gtest.h>

namespace atelier {
namespace {

TEST(CallTable, ReusesWhatIsReleasedUnderANewGeneration) {
  CallTable table;
  Call& call = table.allocate(0);
  const CallIndex index = call.index;
  const std::uint32_t first = call.record.assign({}, {});
  call.attemptCount = 3;
  table.release(call);
  EXPECT_EQ(table.find(index), nullptr);

  Call& again = table.allocate(0);
  EXPECT_EQ(again.index, index);
  EXPECT_EQ(again.attemptCount, 0U);
  EXPECT_NE(again.record.assign({}, {}), first);
}

TEST(CallTable, KeepsAddressesWhileItGrows) {
  CallTable table;
  Call* first = &table.allocate(0);
  for (int i = 0; i < 10'000; ++i) table.allocate(0);
  EXPECT_EQ(&table.at(first->index), first);
  EXPECT_EQ(table.size(), 10'001U);
}

TEST(CallTable, LeavesADeadWorkersRecordAloneForTheGracePeriod) {
  CallTable table;
  Call& lost = table.allocate(0);
  table.abandon(lost, 100);
  EXPECT_EQ(table.size(), 0U);
  EXPECT_NE(&table.allocate(100), &lost);
  EXPECT_NE(&table.allocate(100 + CallTable::kGraceMs - 1), &lost);
  EXPECT_EQ(&table.allocate(100 + CallTable::kGraceMs), &lost);
}

}  // namespace
}  // namespace atelier
