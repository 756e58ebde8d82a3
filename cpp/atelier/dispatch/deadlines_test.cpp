// When a task has something to do though nothing happens: it ends idle workers, and terminates
// those whose cancelled calls do not stop. runtime_test.cpp has the restarts.

#include <gtest/gtest.h>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier::core {
namespace {

constexpr double kIdleMs = 10;
constexpr double kTerminateMs = 20;

class DeadlinesTest : public ::testing::Test {
 protected:
  TaskIndex idling(std::uint32_t poolSize, std::uint32_t maxInFlight = 0) {
    return started({.label = {},
                    .poolSize = poolSize,
                    .maxInFlight = maxInFlight > 0 ? maxInFlight : poolSize,
                    .idleTimeoutMs = kIdleMs});
  }
  TaskIndex terminating(std::uint32_t poolSize, std::uint32_t maxInFlight,
                        CrashPolicy crashPolicy = CrashPolicy::kFailInFlight) {
    return started({.label = {},
                    .poolSize = poolSize,
                    .maxInFlight = maxInFlight,
                    .crashPolicy = crashPolicy,
                    .terminateAfterMs = kTerminateMs});
  }

  // Makes a call that a worker takes.
  CallIndex running(TaskIndex task) {
    const CallIndex call = testing::dispatchByMessage(runtime, task);
    EXPECT_EQ(runtime.nextAssignment(task)->call, call);
    EXPECT_TRUE(testing::claim(runtime.record(call), clock.nowMs()));
    return call;
  }
  void cancel(CallIndex call) {
    EXPECT_EQ(runtime.withdraw(call, {.status = SpanStatus::kCanceled}),
              Runtime::Withdrawal::kHeld);
  }
  void finish(CallIndex call) {
    CallRecord& record = runtime.record(call);
    EXPECT_TRUE(record.finish(record.generation, clock.nowMs()));
  }
  void complete(CallIndex call) {
    EXPECT_TRUE(runtime.complete(call, runtime.record(call).generation, {}));
  }
  double timerDelayMs(TaskIndex task) { return runtime.at(task).timerDelayMs(); }
  double deadlineMs(TaskIndex task) { return runtime.at(task).nextDeadlineMs(); }

  testing::ManualClock clock;
  testing::ThreadFutex futex;
  HeapBudgets budgets = testing::unbounded();
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {1, 2, 3}, {}};

 private:
  TaskIndex started(const TaskConfig& config) {
    const TaskIndex task = runtime.defineTask(config);
    runtime.at(task).startAll();
    while (const auto worker = runtime.nextWorkerToStart(task)) {
      runtime.workerReady(task, *worker, clock.nowMs(), clock.nowMs(), 0);
    }
    return task;
  }
};

TEST_F(DeadlinesTest, EndsAWorkerThatHasHadNoCallForTheIdleTimeout) {
  clock.advance(5);
  const TaskIndex task = idling(1);
  EXPECT_EQ(deadlineMs(task), 5 + kIdleMs);
  clock.advance(kIdleMs - 1);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), std::nullopt);
  clock.advance(1);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), 0U);
  EXPECT_EQ(deadlineMs(task), kNever);
}

TEST_F(DeadlinesTest, CountsTheIdleTimeFromTheEndOfAWorkersLastCall) {
  const TaskIndex task = idling(1, 2);
  const CallIndex first = running(task);
  const CallIndex second = running(task);
  clock.advance(3 * kIdleMs);
  EXPECT_EQ(deadlineMs(task), kNever);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), std::nullopt);
  complete(first);
  EXPECT_EQ(deadlineMs(task), kNever);
  finish(second);
  EXPECT_EQ(deadlineMs(task), kNever) << "its reply is on its way";
  clock.advance(1);
  complete(second);
  EXPECT_EQ(deadlineMs(task), clock.nowMs() + kIdleMs);
}

TEST_F(DeadlinesTest, EndsTheIdleWorkersAloneAndStartsThemAgain) {
  const TaskIndex task = idling(2);
  const CallIndex call = running(task);
  clock.advance(kIdleMs);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), 1U);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), std::nullopt);
  testing::dispatchByMessage(runtime, task);
  EXPECT_EQ(runtime.nextWorkerToStart(task), 1U);
  EXPECT_EQ(deadlineMs(task), kNever) << "one is busy, one is starting";
  complete(call);
}

TEST_F(DeadlinesTest, PutsOffTheEndOfAWorkerThatMayBeAboutToClaimACall) {
  const TaskIndex task = idling(2);
  testing::dispatchShared(runtime, task);
  clock.advance(kIdleMs);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), std::nullopt);
  EXPECT_EQ(deadlineMs(task), 2 * kIdleMs);
  const CallRecord* const record =
      runtime.at(task).worker(0).channel->next(clock, WorkerChannel::IdleStrategy::kReturn);
  ASSERT_NE(record, nullptr);
  clock.advance(kIdleMs);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), 1U);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), std::nullopt);
  complete(record->index);
}

TEST_F(DeadlinesTest, TerminatesAWorkerWhoseCancelledCallDoesNotStop) {
  const TaskIndex task = terminating(2, 2);
  running(task);
  const CallIndex call = running(task);
  EXPECT_EQ(deadlineMs(task), kNever);
  clock.advance(7);
  cancel(call);
  EXPECT_EQ(timerDelayMs(task), kTerminateMs);
  clock.advance(kTerminateMs - 1);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt) << "the timer fired early";
  EXPECT_EQ(timerDelayMs(task), 1);
  clock.advance(1);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), 1U);
  runtime.workerEnded(task, 1);
  runtime.abandon(call, {});
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt);
  EXPECT_EQ(deadlineMs(task), kNever);
}

TEST_F(DeadlinesTest, TerminatesNoWorkerForACallThatHasStopped) {
  const TaskIndex task = terminating(1, 2);
  const CallIndex settled = running(task);
  const CallIndex finished = running(task);
  cancel(settled);
  cancel(finished);
  EXPECT_EQ(timerDelayMs(task), kTerminateMs);
  complete(settled);
  finish(finished);
  clock.advance(kTerminateMs);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt) << "the reply is on its way";
  EXPECT_EQ(deadlineMs(task), kNever);
  complete(finished);
  EXPECT_EQ(runtime.openCalls(), 0U);
}

TEST_F(DeadlinesTest, TerminatesNoWorkerForACallThatItHasNotClaimed) {
  const TaskIndex task = terminating(1, 1);
  const CallIndex call = testing::dispatchByMessage(runtime, task);
  ASSERT_TRUE(runtime.nextAssignment(task));
  cancel(call);
  EXPECT_EQ(timerDelayMs(task), kTerminateMs);
  clock.advance(kTerminateMs);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt) << "it skips the call";
  complete(call);
}

TEST_F(DeadlinesTest, GivesACallNoMoreTimeForASecondCancellation) {
  const TaskIndex task = terminating(1, 1);
  const CallIndex call = running(task);
  runtime.requestCancel(call);
  clock.advance(5);
  cancel(call);
  EXPECT_EQ(deadlineMs(task), kTerminateMs);
}

TEST_F(DeadlinesTest, TerminatesAWorkerOnceForAllItsCancelledCalls) {
  const TaskIndex task = terminating(1, 3, CrashPolicy::kRequeueInFlight);
  const CallIndex innocent = running(task);
  const CallIndex calls[] = {running(task), running(task)};
  for (const CallIndex call : calls) cancel(call);
  EXPECT_EQ(timerDelayMs(task), kTerminateMs);
  clock.advance(kTerminateMs);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), 0U);
  runtime.workerEnded(task, 0);
  EXPECT_TRUE(runtime.retry(innocent));
  for (const CallIndex call : calls) runtime.abandon(call, {});
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt);
  EXPECT_EQ(runtime.nextWorkerToStart(task), 0U);
}

// The timer may fire late. The owner knows of the replies that came before it fired, but not of
// those that have come since.
TEST_F(DeadlinesTest, TerminatesNoWorkerWhoseTimeEndedAfterTheTimerHadFired) {
  const TaskIndex task = terminating(2, 2);
  const CallIndex early = running(task);
  const CallIndex late = running(task);
  cancel(early);
  clock.advance(1);
  cancel(late);
  EXPECT_EQ(timerDelayMs(task), kTerminateMs - 1);
  clock.advance(10 * kTerminateMs);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), 0U);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt);
  EXPECT_EQ(timerDelayMs(task), 0);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), 1U);
}

TEST_F(DeadlinesTest, SetsTheTimerAnewOnlyIfItHasToFireEarlier) {
  const TaskIndex task = idling(1);
  EXPECT_EQ(timerDelayMs(task), kIdleMs);
  const CallIndex call = running(task);
  clock.advance(1);
  complete(call);
  EXPECT_EQ(timerDelayMs(task), kNever);
  clock.advance(kIdleMs - 1);
  EXPECT_EQ(runtime.nextWorkerToTerminate(task), std::nullopt);
  EXPECT_EQ(runtime.nextWorkerToEnd(task), std::nullopt);
  EXPECT_EQ(timerDelayMs(task), 1);
}

TEST_F(DeadlinesTest, NeverTerminatesAWorkerByDefault) {
  const TaskIndex task = runtime.defineTask({.label = {}});
  runtime.at(task).startAll();
  runtime.workerReady(task, *runtime.nextWorkerToStart(task), 0, 0, 0);
  cancel(running(task));
  EXPECT_EQ(timerDelayMs(task), kNever);
}

}  // namespace
}  // namespace atelier::core
