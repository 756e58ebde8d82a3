// No wake-up is lost: owner and workers, real threads, sleep until they are woken, as event loops
// do, and nothing else makes them go on. Each program makes calls of all kinds, and has to settle
// all of them; some end only after a later one has settled, as a stream does whose caller awaits
// another call first. ThreadSanitizer watches.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier {
namespace {

using Time = std::chrono::steady_clock::time_point;

constexpr std::chrono::seconds kStuck{10};
constexpr double kIdleTimeoutMs = 1;  // on the owner's clock

// What calls are of: a gated one ends when it is released.
const Method kPlain;
const Method kGated;

void loiter(testing::Random& random) {
  const unsigned turns = random.below(4) == 0 ? random.below(100) : 0;
  for (unsigned i = 0; i < turns; ++i) static_cast<void>(std::chrono::steady_clock::now());
}

struct ToWorker {
  enum class Kind { kWake, kCall, kRelease, kEnd } kind;
  CallIndex call = 0;
  CallRecord* record = nullptr;
  std::uint32_t generation = 0;
};

struct ToOwner {
  enum class Kind { kSignal, kReady, kReply } kind;
  WorkerIndex worker = 0;
  CallIndex call = 0;
  std::uint32_t generation = 0;
};

// A futex that wakes the owner by a message to its event loop.
class LoopFutex final : public Futex {
 public:
  explicit LoopFutex(testing::Inbox<ToOwner>& owner) : owner_(owner) {}
  void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
            double timeoutMs) override {
    threads_.wait(word, expected, timeoutMs);
  }
  void wake(const std::atomic<std::uint32_t>& word) override { threads_.wake(word); }
  void wakeOwner(const std::atomic<std::uint32_t>& /*signal*/) override {
    owner_.post({.kind = ToOwner::Kind::kSignal});
  }

 private:
  testing::ThreadFutex threads_;
  testing::Inbox<ToOwner>& owner_;
};

// A worker, as js/worker/call-loop.js is one: some handlers end at once, others later.
class LoopWorker {
 public:
  LoopWorker(WorkerChannel& channel, WorkerIndex index, testing::Inbox<ToOwner>& owner,
             unsigned seed)
      : channel_(channel), index_(index), owner_(owner), random_(seed), thread_([this] {
          run();
        }) {}
  ~LoopWorker() { thread_.join(); }

  testing::Inbox<ToWorker> inbox;
  const WorkerChannel& channel() const { return channel_; }

 private:
  void run() {
    owner_.post({.kind = ToOwner::Kind::kReady, .worker = index_});
    for (;;) {
      const Time time =
          later_.empty() ? std::chrono::steady_clock::now() + 10 * kStuck : later_.begin()->first;
      const auto message = inbox.takeUntil(time);
      if (!message && later_.empty()) return;  // the owner is stuck, and says so
      if (!message) {
        CallRecord& record = *later_.begin()->second;
        later_.erase(later_.begin());
        end(record);
        claimAll(WorkerChannel::IdleStrategy::kSleep);
      } else if (message->kind == ToWorker::Kind::kEnd) {
        return;
      } else {
        receive(*message);
      }
    }
  }

  void receive(const ToWorker& message) {
    channel_.messageReceived();
    if (message.kind == ToWorker::Kind::kRelease) {
      const auto gated = gated_.extract(message.call);
      if (gated) end(*gated.mapped());
    }
    const bool isCall = message.kind == ToWorker::Kind::kCall;
    if (isCall) {
      if (channel_.claim(*message.record, message.generation, clock_))
        begin(*message.record);
      else
        reply(message.call, message.generation);
    }
    claimAll(isCall ? WorkerChannel::IdleStrategy::kSpin : WorkerChannel::IdleStrategy::kReturn);
  }

  void claimAll(WorkerChannel::IdleStrategy idle) {
    while (CallRecord* record = channel_.next(clock_, idle)) {
      idle = begin(*record) ? WorkerChannel::IdleStrategy::kReturn
                            : WorkerChannel::IdleStrategy::kSleep;
    }
  }

  // Returns whether the handler ends later.
  bool begin(CallRecord& record) {
    clock_.advance(0.01);
    loiter(random_);
    if (record.method == &kGated) {
      gated_[record.index] = &record;
      return true;
    }
    if (random_.below(4) != 0) {
      end(record);
      return false;
    }
    later_.emplace(std::chrono::steady_clock::now() + std::chrono::microseconds(random_.below(400)),
                   &record);
    return true;
  }

  void end(CallRecord& record) {
    const CallIndex call = record.index;
    const std::uint32_t generation = record.generation;
    const bool isMessage = random_.below(3) == 0;
    channel_.finish(record, isMessage ? ReplyKind::kMessage : ReplyKind::kResult, 0, clock_);
    if (isMessage) reply(call, generation);
  }

  void reply(CallIndex call, std::uint32_t generation) {
    loiter(random_);
    owner_.post({.kind = ToOwner::Kind::kReply, .call = call, .generation = generation});
  }

  WorkerChannel& channel_;
  WorkerIndex index_;
  testing::Inbox<ToOwner>& owner_;
  testing::Random random_;
  testing::ManualClock clock_;
  std::multimap<Time, CallRecord*> later_;
  std::map<CallIndex, CallRecord*> gated_;
  std::thread thread_;
};

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
}  // namespace atelier
