#include "atelier/shared/spin.h"

#include <gtest/gtest.h>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

TEST(SpinUntil, LooksForAsLongAsItIsTold) {
  testing::ManualClock clock;
  int looks = 0;
  EXPECT_FALSE(spinUntil(clock, 0.5, [&] {
    clock.advance(0.001);
    ++looks;
    return false;
  }));
  EXPECT_NEAR(looks, 500, 64);
}

TEST(SpinUntil, SeesWhatHappensMeanwhile) {
  testing::ManualClock clock;
  int looks = 0;
  EXPECT_TRUE(spinUntil(clock, 0.5, [&] { return ++looks == 100; }));
}

}  // namespace
}  // namespace atelier::core
