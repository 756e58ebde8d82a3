// Calls that workers claim by themselves, with real threads in the place of workers.
// ThreadSanitizer watches.

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier::core {
namespace {

// One worker's thread: claims calls as long as there are any, and forgets some now and then, as
// if it had died; a lost one goes on for a while, since nobody tells it.
class OfferThread {
 public:
  OfferThread(WorkerChannel& channel, unsigned seed)
      : channel_(channel), random_(seed), thread_([this] { run(); }) {}
  ~OfferThread() {
    ending_ = true;
    thread_.join();
  }

  bool hasDied() const { return dead_; }

 private:
  void run() {
    double nowMs = 0;
    testing::ManualClock clock;
    while (!ending_) {
      CallRecord* record =
          channel_.next(clock, static_cast<WorkerChannel::IdleStrategy>(random_.below(3)));
      if (record == nullptr) {
        std::this_thread::yield();
        continue;
      }
      clock.advance(++nowMs);
      if (random_.below(20) == 0) {
        dead_ = true;
        if (random_.below(2) == 0) return;
      }
      channel_.finish(*record, ReplyKind::kResult, channel_.scratch(), random_.below(8), clock);
    }
  }

  WorkerChannel& channel_;
  testing::Random random_;
  std::atomic<bool> ending_{false};
  std::atomic<bool> dead_{false};
  std::thread thread_;
};

class OfferThreads : public ::testing::TestWithParam<unsigned> {};

TEST_P(OfferThreads, ServeEveryCallOnceWhileSomeAreCancelledAndWorkersDie) {
  const unsigned seed = GetParam();
  testing::ManualClock clock;
  testing::ThreadFutex futex;
  HeapBudgets budgets = testing::unbounded();
  testing::RecordingSink sink;
  Runtime runtime{clock, futex, sink, budgets, {seed}, {}};
  testing::Random random(seed);
  const std::uint32_t size = 1 + seed % 4;
  const TaskIndex task = runtime.defineTask({.label = {},
                                             .poolSize = size,
                                             .maxInFlight = size * (1 + seed % 3),
                                             .crashPolicy = CrashPolicy::kRequeueInFlight,
                                             .crashMaxRetries = 1'000});
  std::map<WorkerIndex, std::unique_ptr<OfferThread>> threads;
  std::vector<std::unique_ptr<OfferThread>> lost;  // whose threads may still be running
  const auto startWorkers = [&] {
    runtime.at(task).startAll();
    while (const auto worker = runtime.nextWorkerToStart(task)) {
      threads[*worker] = std::make_unique<OfferThread>(*runtime.at(task).worker(*worker).channel,
                                                       random.below(1'000'000));
      runtime.workerReady(task, *worker, 0, 0, 0);
    }
  };
  startWorkers();

  constexpr std::size_t kCalls = 2'000;
  std::size_t dispatched = 0;
  std::size_t settled = 0;
  std::vector<CallIndex> open;
  while (settled < kCalls) {
    while (dispatched < kCalls && open.size() < 600) {
      open.push_back(testing::dispatchShared(runtime, task, random.below(2)));
      ++dispatched;
    }
    if (random.below(4) == 0 && !open.empty()) {
      const CallIndex call = open[random.below(open.size())];
      if (runtime.withdraw(call, {.status = SpanStatus::kCanceled}) ==
          Runtime::Withdrawal::kRemoved) {
        std::erase(open, call);
        ++settled;
      }
    }
    while (const CallRecord* record = runtime.nextCompletion()) {
      const CallIndex call = record->index;
      ASSERT_TRUE(runtime.complete(call, record->generation, {}));
      ASSERT_EQ(std::erase(open, call), 1U);
      ++settled;
    }
    for (WorkerIndex worker = 0; worker < size; ++worker) {
      if (!threads[worker]->hasDied()) continue;
      runtime.workerCrashed(task, worker);
      lost.push_back(std::move(threads[worker]));
      while (const auto call = runtime.firstHeld(task, worker)) {
        if (runtime.retry(*call)) continue;
        runtime.abandon(*call, {.status = SpanStatus::kError});
        ASSERT_EQ(std::erase(open, *call), 1U);
        ++settled;
      }
    }
    startWorkers();
    runtime.offer(task);
    std::this_thread::yield();
  }
  EXPECT_EQ(runtime.openCalls(), 0U);
  EXPECT_EQ(sink.of(testing::Entry::Kind::kMeasure).size(), kCalls);
}

INSTANTIATE_TEST_SUITE_P(Seeds, OfferThreads, ::testing::Range(1U, 9U));

}  // namespace
}  // namespace atelier::core
