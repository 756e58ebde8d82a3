#include "atelier/shared/spin.h"

#include <gtest/gtest.h>

#include "atelier/shared/backoff.h"
#include "atelier/shared/completion_queue.h"
#include "atelier/testing.h"

namespace atelier {
namespace {

TEST(Backoff, LeavesOutTwiceAsManyAfterEachFailureUpToALimit) {
  Backoff backoff{Backoff::Options{}};
  for (const int rest : {1, 2, 4, 8, 16, 16}) {
    EXPECT_TRUE(backoff.tries());
    backoff.failed();
    for (int i = 0; i < rest; ++i) EXPECT_FALSE(backoff.tries());
  }
  backoff.succeeded();
  EXPECT_TRUE(backoff.tries());
  EXPECT_TRUE(backoff.tries());
  backoff.failed();
  EXPECT_FALSE(backoff.tries());
  EXPECT_TRUE(backoff.tries());
}

TEST(Backoff, RestsAfterAsManyFailuresInARowAsItIsPatientFor) {
  Backoff backoff{Backoff::Options{.patience = 3, .firstRest = 2, .longestRest = 4}};
  backoff.failed();
  backoff.failed();
  backoff.succeeded();
  for (const int rest : {2, 4, 4}) {
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(backoff.tries());
      backoff.failed();
    }
    for (int i = 0; i < rest; ++i) EXPECT_FALSE(backoff.tries());
  }
}

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

TEST(CompletionQueue, ItsOwnerLooksNoMoreWhereThatHasBeenOfNoUseForLong) {
  testing::ManualClock clock;
  CompletionQueue completions;
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

}  // namespace
}  // namespace atelier
