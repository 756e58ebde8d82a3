#include "atelier/spin.h"

#include <gtest/gtest.h>

#include "atelier/testing.h"

namespace atelier {
namespace {

TEST(Backoff, LeavesOutTwiceAsManyAfterEachFailureUpToALimit) {
  Backoff backoff;
  for (const int skips : {1, 3, 7, 15, 15}) {
    EXPECT_TRUE(backoff.tries());
    backoff.failed();
    for (int i = 0; i < skips; ++i) EXPECT_FALSE(backoff.tries());
  }
  backoff.succeeded();
  EXPECT_TRUE(backoff.tries());
  EXPECT_TRUE(backoff.tries());
}

class SpinTest : public ::testing::Test {
 protected:
  // How often it looks for what never happens.
  int looks() {
    int count = 0;
    EXPECT_FALSE(spin.until(clock, [&] {
      clock.advance(0.001);
      ++count;
      return false;
    }));
    return count;
  }

  testing::ManualClock clock;
  Spin spin{0.5};
};

TEST_F(SpinTest, LooksForAsLongAsItIsTold) { EXPECT_NEAR(looks(), 500, 64); }

TEST_F(SpinTest, LooksOnceWhereItHasBeenOfNoUse) {
  looks();
  EXPECT_EQ(looks(), 1);
}

TEST_F(SpinTest, LooksAgainOnceItWouldHaveBeenOfUse) {
  looks();
  spin.missedByMs(0.6);
  EXPECT_EQ(looks(), 1);
  looks();
  spin.missedByMs(0.4);
  EXPECT_GT(looks(), 1);
}

TEST_F(SpinTest, SeesWhatHappensMeanwhile) {
  int count = 0;
  EXPECT_TRUE(spin.until(clock, [&] { return ++count == 100; }));
}

}  // namespace
}  // namespace atelier
