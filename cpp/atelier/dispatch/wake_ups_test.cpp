// No wake-up is lost: owner and workers, real threads, sleep until they are woken, as event loops
// do, and nothing else makes them go on. Each program makes calls of all kinds, and has to settle
// all of them; some end only after a later one has settled, as a stream does whose caller awaits
// another call first. ThreadSanitizer watches.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "atelier/dispatch/wake_ups_fixture.h"

namespace atelier::core {
namespace {

using testing::kGated;
using testing::kPlain;
using testing::kStuck;
using testing::loiter;
using testing::LoopFutex;
using testing::LoopWorker;
using testing::ToOwner;
using testing::ToWorker;

constexpr double kIdleTimeoutMs = 1;  // on the owner's clock

// The owner, as js/runtime/task.js and completions.js are one.
class LoopOwner {
 public:
  explicit LoopOwner(unsigned seed)
      : random_(seed), runtime_{clock_, futex_, sink_, budgets_, {seed}, {.enabled = false}} {
    const std::uint32_t size = 1 + seed % 3;
    task_ = runtime_.defineTask({.label = {},
                                 .poolSize = size,
                                 .maxInFlight = size * (1 + seed % 2) + seed % 4 / 3,
                                 .idleTimeoutMs = kIdleTimeoutMs});
  }
  ~LoopOwner() {
    for (auto& [index, worker] : workers_) worker->inbox.post({.kind = ToWorker::Kind::kEnd});
  }

  // Returns whether all calls of the program have settled.
  bool runProgram() {
    for (unsigned tick = 1 + random_.below(6); tick > 0; --tick) {
      for (unsigned calls = random_.below(8); calls > 0; --calls) call();
      if (random_.below(3) == 0) gate();
      disturb();
      endTick();
      if (random_.below(2) == 0 && !runUntilOpen(random_.below(open_.size() + 1))) return false;
    }
    return runUntilOpen(0);
  }

  std::size_t openCalls() { return runtime_.openCalls(); }

 private:
  CallIndex call(bool isGated = false) {
    const Method& method = isGated ? kGated : kPlain;
    const CallIndex index = *runtime_.dispatch(task_, method, std::nullopt, random_.below(3));
    open_.insert(index);
    runtime_.enqueue(index);
    if (random_.below(3) == 0)
      runtime_.readyForMessage(index);
    else
      runtime_.readyShared(index, 0, true);
    pump();
    return index;
  }

  // Makes a call that ends when the one after it has settled.
  void gate() {
    if (gates_.size() + 1 >= runtime_.at(task_).config().maxInFlight) return;
    const CallIndex gated = call(true);
    gates_[call()] = gated;
  }

  void settled(CallIndex index) {
    open_.erase(index);
    const auto gate = gates_.extract(index);
    if (!gate) return;
    const CallIndex gated = gate.mapped();
    if (!open_.contains(gated)) return;
    // It may not have been claimed yet: then there is nothing to be released.
    if (runtime_.withdraw(gated, {}) == Runtime::Withdrawal::kRemoved)
      settled(gated);
    else
      post(*runtime_.call(gated).worker, {.kind = ToWorker::Kind::kRelease, .call = gated});
  }

  void disturb() {
    if (random_.below(3) == 0 && !open_.empty()) {
      const auto skipped = static_cast<std::ptrdiff_t>(random_.below(open_.size()));
      const CallIndex index = *std::next(open_.begin(), skipped);
      const bool isGate =
          std::ranges::any_of(gates_, [&](const auto& gate) { return gate.second == index; });
      if (!isGate && runtime_.withdraw(index, {.status = SpanStatus::kCanceled}) ==
                         Runtime::Withdrawal::kRemoved) {
        settled(index);
        pump();
      }
    }
    if (random_.below(3) == 0) clock_.advance(kIdleTimeoutMs);
    if (gates_.empty() && random_.below(20) == 0) runtime_.at(task_).stopAll();
    if (random_.below(20) == 0) runtime_.at(task_).startAll();
    runPendingActions();
  }

  void endTick() {
    CompletionQueue& completions = runtime_.completions();
    if (random_.below(3) == 0 && completions.beginPolling() &&
        (completions.poll(clock_) || completions.endPolling())) {
      drain();
    }
    if (!wakesLater_) return;
    wakesLater_ = false;
    runtime_.at(task_).wakeWorkers();
    postWakes();
  }

  bool runUntilOpen(std::size_t most) {
    while (open_.size() > most) {
      const auto message = inbox_.takeUntil(std::chrono::steady_clock::now() + kStuck);
      if (!message) return false;
      loiter(random_);
      if (message->kind == ToOwner::Kind::kReady) {
        runtime_.workerReady(task_, message->worker, 0, 0, 0);
        runPendingActions();
      } else if (message->kind == ToOwner::Kind::kSignal) {
        drain();
      } else if (runtime_.complete(message->call, message->generation, {})) {
        settled(message->call);
        runPendingActions();
      }
      endTick();
    }
    return true;
  }

  void drain() {
    bool isNews = runtime_.at(task_).awaitsClaim();
    while (const CallRecord* record = runtime_.nextCompletion()) {
      const CallIndex index = record->index;
      runtime_.complete(index, record->generation, {});
      settled(index);
      isNews = true;
    }
    if (isNews) runPendingActions();
  }

  void runPendingActions() {
    pump();
    bool ended = false;
    while (const auto index = runtime_.nextWorkerToEnd(task_)) {
      const auto worker = std::move(workers_[*index]);
      workers_.erase(*index);
      worker->inbox.post({.kind = ToWorker::Kind::kEnd});
      ended_.push_back(&worker->channel());
      ended = true;
    }
    for (const WorkerChannel* channel : ended_) runtime_.workerStopped(channel);
    ended_.clear();
    if (ended) pump();
  }

  void pump() {
    if (!offer()) return;
    while (const auto assignment = runtime_.nextAssignment(task_)) {
      CallRecord& record = runtime_.record(assignment->call);
      post(assignment->worker, {.kind = ToWorker::Kind::kCall,
                                .call = assignment->call,
                                .record = &record,
                                .generation = record.generation});
      offer();
    }
    while (const auto index = runtime_.nextWorkerToStart(task_)) {
      workers_[*index] = std::make_unique<LoopWorker>(*runtime_.at(task_).worker(*index).channel,
                                                      *index, inbox_, random_.below(1'000'000));
    }
  }

  bool offer() {
    const auto [wake, bring, start, later] = runtime_.offer(task_);
    wakesLater_ = wakesLater_ || later;
    if (wake) postWakes();
    return bring || start;
  }

  void postWakes() {
    while (const auto worker = runtime_.nextWorkerToWake(task_)) {
      post(*worker, {.kind = ToWorker::Kind::kWake});
    }
  }

  void post(WorkerIndex worker, const ToWorker& message) {
    workers_.at(worker)->inbox.post(message);
    loiter(random_);
    runtime_.at(task_).worker(worker).channel->messagePosted();
  }

  testing::Random random_;
  testing::Inbox<ToOwner> inbox_;
  testing::ManualClock clock_;
  LoopFutex futex_{inbox_};
  testing::RecordingSink sink_;
  HeapBudgets budgets_ = testing::unbounded();
  Runtime runtime_;
  TaskIndex task_ = 0;
  std::map<WorkerIndex, std::unique_ptr<LoopWorker>> workers_;
  std::vector<const WorkerChannel*> ended_;
  std::set<CallIndex> open_;
  std::map<CallIndex, CallIndex> gates_;  // which call's end is the end of which
  bool wakesLater_ = false;
};

class WakeUps : public ::testing::TestWithParam<unsigned> {};

TEST_P(WakeUps, AreNeverLost) {
  LoopOwner owner(GetParam());
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets it
  const char* const programs = std::getenv("WAKE_UP_PROGRAMS");
  const int count = programs != nullptr ? std::atoi(programs) : 100;
  for (int program = 0; program < count; ++program) {
    ASSERT_TRUE(owner.runProgram())
        << "program " << program << ": " << owner.openCalls() << " calls do not settle";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WakeUps, ::testing::Range(1U, 13U));

}  // namespace
}  // namespace atelier::core
