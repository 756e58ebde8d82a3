#include "atelier/ids.h"

#include <gtest/gtest.h>

#include <set>

namespace atelier::core {
namespace {

TEST(IdGenerator, MakesNonZeroIdsThatDoNotRepeat) {
  IdGenerator ids({1, 2, 3, 4, 5, 6, 7, 8});
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100'000; ++i) {
    const SpanId id = ids.nextSpanId();
    EXPECT_NE(id.value, 0U);
    EXPECT_TRUE(seen.insert(id.value).second);
  }
}

TEST(IdGenerator, DiffersForSeedsThatDifferInOneWord) {
  IdGenerator one({1, 2, 3, 4, 5, 6, 7, 8});
  IdGenerator other({1, 2, 3, 4, 5, 6, 7, 9});
  EXPECT_NE(one.nextTraceId(), other.nextTraceId());
}

TEST(IdGenerator, DrawsUnitsThatCoverTheInterval) {
  IdGenerator ids({42});
  int low = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double unit = ids.nextUnit();
    ASSERT_GE(unit, 0);
    ASSERT_LT(unit, 1);
    if (unit < 0.25) ++low;
  }
  EXPECT_NEAR(low, 2500, 200);
}

}  // namespace
}  // namespace atelier::core
