#include "atelier/timeline/clock_alignment.h"

#include <gtest/gtest.h>

namespace atelier::core {
namespace {

TEST(ClockAlignment, TrustsTheEstimateWithinTheBounds) {
  ClockAlignment clock;
  clock.reset(100);
  clock.observeAfter(110, 5);  // offset >= 105
  EXPECT_DOUBLE_EQ(clock.offsetMs(), 105);
  clock.reset(100);
  clock.observeAfter(103, 5);   // offset >= 98
  clock.observeBefore(7, 110);  // offset <= 103
  EXPECT_DOUBLE_EQ(clock.offsetMs(), 100);
}

TEST(ClockAlignment, ConfinesAnEstimateThatASystemClockJumpHasSpoiled) {
  ClockAlignment clock;
  clock.reset(-3'600'000);
  clock.observeAfter(1000, 10);
  clock.observeBefore(12, 1004);
  EXPECT_GE(clock.offsetMs(), 990);
  EXPECT_LE(clock.offsetMs(), 992);
}

TEST(ClockAlignment, NarrowsWithEveryMessageAndNeverWidens) {
  ClockAlignment clock;
  clock.reset(0);
  clock.observeAfter(1000, 10);   // >= 990
  clock.observeBefore(20, 1050);  // <= 1030
  clock.observeAfter(1060, 65);   // >= 995
  clock.observeAfter(1100, 300);  // >= 800: says nothing new
  EXPECT_DOUBLE_EQ(clock.offsetMs(), 995);
}

}  // namespace
}  // namespace atelier::core
