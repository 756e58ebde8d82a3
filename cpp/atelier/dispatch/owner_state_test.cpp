#include "atelier/dispatch/owner_state.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <vector>

#include "atelier/dispatch/call.h"

namespace atelier::core {
namespace {

using enum OwnerState;

constexpr std::array kAll{kFree, kCreated, kWaiting, kPending, kReady, kHeld, kFinished, kReleased};

TEST(OwnerStates, FollowEachOtherOnACallsWay) {
  for (const auto& way : {
           std::vector{kFree, kCreated, kPending, kReady, kHeld, kFinished, kFree},     // offered
           std::vector{kFree, kCreated, kPending, kHeld, kFree},                        // posted
           std::vector{kCreated, kWaiting, kPending, kReady, kPending, kReady, kHeld},  // recalled
           std::vector{kHeld, kPending, kHeld, kFinished, kPending},                    // retried
           std::vector{kHeld, kReleased, kFree},                                        // streams
           std::vector{kHeld, kFinished, kReleased, kFree},
       }) {
    for (std::size_t i = 1; i < way.size(); ++i) EXPECT_TRUE(mayFollow(way[i - 1], way[i])) << i;
  }
}

TEST(OwnerStates, ComeToAnEndFromEverywhereAndBeginOnce) {
  for (const OwnerState state : kAll) {
    EXPECT_EQ(mayFollow(state, kFree), state != kFree);
    EXPECT_EQ(mayFollow(kFree, state), state == kCreated);
    EXPECT_FALSE(mayFollow(state, state));
  }
}

TEST(OwnerStates, GoNoShortWays) {
  EXPECT_FALSE(mayFollow(kWaiting, kReady)) << "it has not been accepted";
  EXPECT_FALSE(mayFollow(kCreated, kHeld)) << "it has not been accepted";
  EXPECT_FALSE(mayFollow(kReady, kReleased)) << "no worker had it";
  EXPECT_FALSE(mayFollow(kReleased, kPending)) << "its caller has seen a part of the result";
  EXPECT_FALSE(mayFollow(kFinished, kHeld)) << "its worker is done with it";
}

#if GTEST_HAS_DEATH_TEST && !defined(NDEBUG)
TEST(OwnerStatesDeathTest, AreAsserted) {
  Call call;
  EXPECT_DEATH(call.enter(kHeld), "mayFollow");
}
#endif

}  // namespace
}  // namespace atelier::core
