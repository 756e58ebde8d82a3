#include "atelier/shared/backoff.h"

#include <gtest/gtest.h>

namespace atelier::core {
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

TEST(Backoff, MayBeLeftOutAtFirst) {
  Backoff backoff{Backoff::Options{.restAtFirst = 2}};
  EXPECT_FALSE(backoff.tries());
  EXPECT_FALSE(backoff.tries());
  EXPECT_TRUE(backoff.tries());
  EXPECT_TRUE(backoff.tries());
}

}  // namespace
}  // namespace atelier::core
