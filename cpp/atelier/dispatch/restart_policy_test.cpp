#include "atelier/dispatch/restart_policy.h"

#include <gtest/gtest.h>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

constexpr std::uint32_t kRetries = 2;

TEST(RestartPolicy, StartsAWorkerAtOnceAfterOneCrash) {
  RestartPolicy restarts(CrashPolicy::kFailInFlight, kRetries);
  EXPECT_EQ(restarts.restartsAtMs(), kNever);
  restarts.crashed({});
  EXPECT_EQ(restarts.restartsAtMs(), kNever);
}

TEST(RestartPolicy, WaitsTwiceAsLongAfterEachFurtherCrashUpToALimit) {
  testing::ManualClock clock;
  RestartPolicy restarts(CrashPolicy::kFailInFlight, kRetries);
  restarts.crashed({});
  for (const double delayMs : {50., 100., 200., 400., 800., 1600., 2000., 2000.}) {
    restarts.crashed({.atMs = clock.nowMs()});
    EXPECT_EQ(restarts.restartsAtMs(), clock.nowMs() + delayMs);
    clock.advance(delayMs / 2);
    EXPECT_TRUE(restarts.holdsBack(clock));
    clock.advance(delayMs / 2);
    EXPECT_FALSE(restarts.holdsBack(clock));
  }
  for (int i = 0; i < 100; ++i) restarts.crashed({.atMs = clock.nowMs()});
  EXPECT_EQ(restarts.restartsAtMs(), clock.nowMs() + 2000);
}

TEST(RestartPolicy, ForgetsCrashesOnceAWorkerHasSucceeded) {
  RestartPolicy restarts(CrashPolicy::kFailInFlight, kRetries);
  for (int i = 0; i < 5; ++i) {
    restarts.crashed({.atMs = 0, .whileStarting = true, .useless = true});
  }
  restarts.succeeded();
  EXPECT_EQ(restarts.restartsAtMs(), kNever);
  EXPECT_FALSE(restarts.startsOneByOne());
  EXPECT_FALSE(restarts.givesUp());
}

TEST(RestartPolicy, StartsOneByOneAfterAWorkerThatCouldNotStart) {
  RestartPolicy restarts(CrashPolicy::kRequeueInFlight, kRetries);
  restarts.crashed({.whileStarting = true});
  EXPECT_TRUE(restarts.startsOneByOne());
  restarts.crashed({.whileStarting = false});
  EXPECT_FALSE(restarts.startsOneByOne());
}

TEST(RestartPolicy, GivesUpAtOnceIfCallsFailWithTheWorkerThatCouldNotStart) {
  RestartPolicy restarts(CrashPolicy::kFailInFlight, kRetries);
  restarts.crashed({.whileStarting = true, .useless = false});
  EXPECT_FALSE(restarts.givesUp()) << "another worker is left";
  restarts.crashed({.whileStarting = true, .useless = true});
  EXPECT_TRUE(restarts.givesUp());
}

TEST(RestartPolicy, GivesUpAfterAsManyRetriesIfCallsRunAgain) {
  RestartPolicy restarts(CrashPolicy::kRequeueInFlight, kRetries);
  for (std::uint32_t i = 0; i < kRetries; ++i) {
    restarts.crashed({.whileStarting = true, .useless = true});
    EXPECT_FALSE(restarts.givesUp());
  }
  restarts.crashed({.whileStarting = true, .useless = true});
  EXPECT_TRUE(restarts.givesUp());
}

TEST(RestartPolicy, FailsATaskUntilItsWorkersAreStartedByHand) {
  RestartPolicy restarts(CrashPolicy::kFailTask, kRetries);
  EXPECT_FALSE(restarts.hasFailed());
  restarts.crashed({});
  EXPECT_TRUE(restarts.hasFailed());
  restarts.succeeded();
  EXPECT_TRUE(restarts.hasFailed()) << "another worker's success changes nothing";
  restarts.reset();
  EXPECT_FALSE(restarts.hasFailed());
}

TEST(RestartPolicy, RunsACallAgainAsOftenAsItsTaskSays) {
  const RestartPolicy requeues(CrashPolicy::kRequeueInFlight, kRetries);
  EXPECT_TRUE(requeues.retries(kRetries));
  EXPECT_FALSE(requeues.retries(kRetries + 1));
  EXPECT_FALSE(RestartPolicy(CrashPolicy::kFailInFlight, kRetries).retries(1));
  EXPECT_FALSE(RestartPolicy(CrashPolicy::kFailTask, kRetries).retries(1));
}

}  // namespace
}  // namespace atelier::core
