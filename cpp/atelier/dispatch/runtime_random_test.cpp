// Operations at random: every call settles once, and the counters are right.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier::core {
namespace {

// Random operations on everything at once: each call has one measure, counters add up, no mark is
// left, whatever happens to calls and workers.
TEST(RuntimeUnderRandomOperations, SettlesEveryCallOnceAndKeepsItsCounts) {
  for (unsigned seed = 0; seed < 1'000; ++seed) {
    testing::Random random(seed);
    testing::ManualClock clock;
    testing::ThreadFutex futex;
    HeapBudgets budgets = testing::unbounded();
    testing::RecordingSink sink;
    Runtime runtime{clock, futex, sink, budgets, {seed}, {}};
    const std::uint32_t poolSize = 1 + random.below(4);
    const std::uint32_t maxInFlight = 1 + random.below(6);
    const TaskIndex task =
        runtime.defineTask({.label = {}, .poolSize = poolSize, .maxInFlight = maxInFlight});
    std::vector<CallIndex> held;
    std::size_t dispatched = 0;

    for (int step = 0; step < 120; ++step) {
      clock.advance(1 + random.below(3));
      switch (random.below(6)) {
        case 0:
        case 1:
          testing::dispatchByMessage(runtime, task);
          ++dispatched;
          break;
        case 2:
          if (const auto worker = runtime.nextWorkerToStart(task)) {
            runtime.workerReady(task, *worker, clock.nowMs(), clock.nowMs(), 0);
          }
          break;
        case 3:
          if (!held.empty()) {
            const auto it = held.begin() + static_cast<long>(random.below(held.size()));
            CallRecord& record = runtime.record(*it);
            if (testing::claim(record, clock.nowMs())) {
              record.finish(record.generation, clock.nowMs());
            }
            ASSERT_TRUE(runtime.complete(*it, record.generation, {}));
            held.erase(it);
          }
          break;
        case 4:
          if (const auto pending = runtime.findQueued(task); pending && random.below(2) == 0) {
            runtime.withdraw(*pending, {.status = SpanStatus::kCanceled});
          } else if (!held.empty()) {
            runtime.withdraw(held[random.below(held.size())], {.status = SpanStatus::kCanceled});
          }
          break;
        case 5:
          if (random.below(4) == 0) {
            const WorkerIndex worker = random.below(poolSize);
            runtime.workerEnded(task, worker);
            while (const auto call = runtime.firstHeld(task, worker)) {
              runtime.abandon(*call, {.status = SpanStatus::kError});
              std::erase(held, *call);
            }
          }
          break;
      }
      while (const auto assignment = runtime.nextAssignment(task)) held.push_back(assignment->call);
      std::size_t onWorkers = 0;
      for (WorkerIndex worker = 0; worker < poolSize; ++worker) {
        onWorkers += runtime.at(task).worker(worker).held();
      }
      Task& counted = testing::count(runtime, task);
      ASSERT_EQ(onWorkers, held.size()) << "seed " << seed;
      const auto withdrawn = static_cast<std::size_t>(std::ranges::count_if(
          held, [&](CallIndex call) { return runtime.record(call).isDone(); }));
      ASSERT_GE(counted.inFlight(), held.size() - withdrawn) << "seed " << seed;
      ASSERT_LE(counted.inFlight(), maxInFlight) << "seed " << seed;
      ASSERT_EQ(runtime.openCalls() - withdrawn,
                counted.inFlight() + counted.pending() + counted.waiting())
          << "seed " << seed;
    }

    while (const auto call = runtime.findQueued(task)) runtime.withdraw(*call, {});
    for (const CallIndex call : held) runtime.complete(call, runtime.record(call).generation, {});
    EXPECT_EQ(runtime.openCalls(), 0U);

    std::map<std::uint64_t, int> measures;
    std::map<std::uint64_t, int> marks;
    for (const testing::Entry& entry : sink.entries) {
      const std::uint64_t id = std::get<SpanId>(entry.id).value;
      if (entry.kind == testing::Entry::Kind::kMeasure) ++measures[id];
      if (entry.kind == testing::Entry::Kind::kMarkStart) ++marks[id];
      if (entry.kind == testing::Entry::Kind::kClearMarks) --marks[id];
    }
    EXPECT_EQ(measures.size(), dispatched) << "seed " << seed;
    for (const auto& [id, count] : measures) EXPECT_EQ(count, 1) << "seed " << seed;
    for (const auto& [id, count] : marks) EXPECT_EQ(count, 0) << "seed " << seed;
  }
}

}  // namespace
}  // namespace atelier::core
