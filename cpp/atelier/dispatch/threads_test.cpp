// The core with real threads in the place of workers, that get their calls by messages: what the
// owner and they share is only what CallRecord shares. ThreadSanitizer watches.

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "atelier/dispatch/runtime.h"
#include "atelier/testing.h"

namespace atelier::core {
namespace {

struct Message {
  CallIndex call = 0;
  std::uint32_t generation = 0;
  CallRecord* record = nullptr;  // nullptr: the worker is to end
};

class WorkerThread {
 public:
  explicit WorkerThread(testing::Inbox<Message>& replies)
      : replies_(replies), thread_([this] { run(); }) {}
  ~WorkerThread() {
    inbox.post({});
    thread_.join();
  }

  testing::Inbox<Message> inbox;

 private:
  void run() {
    double nowMs = 0;
    for (Message message = inbox.take(); message.record != nullptr; message = inbox.take()) {
      if (message.record->claim(message.generation, 0)) {
        message.record->start(++nowMs);
        for (int i = 0; i < 50 && !message.record->canceled(message.generation); ++i) {
          std::this_thread::yield();
        }
        message.record->finish(message.generation, ++nowMs);
      }
      replies_.post(message);
    }
  }

  testing::Inbox<Message>& replies_;
  std::thread thread_;
};

class Threads : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(Threads, ServeEveryCallWhileSomeAreCancelled) {
  testing::ManualClock clock;
  testing::RecordingSink sink;
  testing::ThreadFutex futex;
  HeapBudgets budgets = testing::unbounded();
  Runtime runtime{clock, futex, sink, budgets, {1}, {}};
  const std::uint32_t size = GetParam();
  const TaskIndex task =
      runtime.defineTask({.label = {}, .poolSize = size, .maxInFlight = 2 * size});
  runtime.at(task).startAll();
  testing::Inbox<Message> replies;
  std::vector<std::unique_ptr<WorkerThread>> threads;
  while (const auto worker = runtime.nextWorkerToStart(task)) {
    threads.push_back(std::make_unique<WorkerThread>(replies));
    runtime.workerReady(task, *worker, 0, 0, 0);
  }

  constexpr std::size_t kCalls = 3'000;
  testing::Random random(GetParam());
  std::size_t dispatched = 0;
  std::size_t outside = 0;
  std::vector<CallIndex> sent;
  while (dispatched < kCalls || outside > 0) {
    while (dispatched < kCalls && runtime.openCalls() < std::size_t{4} * size) {
      testing::dispatchByMessage(runtime, task);
      ++dispatched;
    }
    while (const auto assignment = runtime.nextAssignment(task)) {
      CallRecord& record = runtime.record(assignment->call);
      threads[assignment->worker]->inbox.post({assignment->call, record.generation, &record});
      sent.push_back(assignment->call);
      ++outside;
    }
    if (random.below(3) == 0) {
      runtime.withdraw(sent[random.below(sent.size())], {.status = SpanStatus::kCanceled});
    }
    const Message reply = replies.take();
    --outside;
    clock.advance(1);
    ASSERT_TRUE(runtime.complete(reply.call, reply.generation, {}));
    std::erase(sent, reply.call);
    if (sent.empty() && dispatched == kCalls && testing::count(runtime, task).pending() == 0) break;
  }
  EXPECT_EQ(runtime.openCalls(), 0U);
  EXPECT_EQ(sink.of(testing::Entry::Kind::kMeasure).size(), kCalls);
}

INSTANTIATE_TEST_SUITE_P(Workers, Threads, ::testing::Values(1, 2, 4, 8));

}  // namespace
}  // namespace atelier::core
