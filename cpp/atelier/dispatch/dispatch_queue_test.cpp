#include "atelier/dispatch/dispatch_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <vector>

#include "atelier/dispatch/worker.h"
#include "atelier/testing.h"

namespace atelier::core {
namespace {

constexpr std::size_t kUnbounded = DispatchQueue::kUnbounded;

TEST(DispatchQueue, ServesInTheOrderOfAcceptance) {
  std::deque<Call> calls(3);
  DispatchQueue queue(QueuePolicy::kBlock, kUnbounded);
  for (Call& call : calls) queue.enqueue(call, 0);
  EXPECT_EQ(queue.oldest(), &calls[0]);
  for (Call& call : calls) EXPECT_EQ(queue.tryDequeue(), &call);
  EXPECT_EQ(queue.tryDequeue(), nullptr);
  EXPECT_EQ(queue.depth(), 0U);
}

TEST(DispatchQueue, ServesHigherPrioritiesFirst) {
  std::deque<Call> calls(4);
  calls[0].priority = -1;
  calls[2].priority = 5;
  calls[3].priority = 5;
  DispatchQueue queue(QueuePolicy::kBlock, kUnbounded);
  for (Call& call : calls) queue.enqueue(call, 0);
  EXPECT_EQ(queue.tryDequeue(), &calls[2]);
  EXPECT_EQ(queue.tryDequeue(), &calls[3]);
  EXPECT_EQ(queue.tryDequeue(), &calls[1]);
  EXPECT_EQ(queue.tryDequeue(), &calls[0]);
}

TEST(DispatchQueue, StarvesNoPriority) {
  std::deque<Call> calls(100);
  DispatchQueue queue(QueuePolicy::kBlock, kUnbounded);
  calls[0].priority = -1;
  queue.enqueue(calls[0], 0);
  unsigned served = 0;
  for (std::size_t next = 1; next < calls.size(); ++next) {  // there is always an urgent one
    calls[next].priority = 1;
    queue.enqueue(calls[next], 0);
    ++served;
    if (queue.tryDequeue() == &calls[0]) break;
  }
  EXPECT_LE(served, DispatchQueue::kOldestEvery);
}

TEST(DispatchQueue, ServesRetriedCallsBeforeAllOthers) {
  std::deque<Call> calls(2);
  calls[0].priority = 9;
  DispatchQueue queue(QueuePolicy::kBlock, kUnbounded);
  queue.enqueue(calls[1], 0);
  Worker worker;
  worker.hold(*queue.tryDequeue(), 0);
  queue.enqueue(calls[0], 0);
  worker.release(calls[1]);
  queue.putBack(calls[1]);
  EXPECT_EQ(queue.tryDequeue(), &calls[1]);
  EXPECT_EQ(queue.tryDequeue(), &calls[0]);
}

TEST(DispatchQueue, DropsTheOldestThatIsNotAboutToBeClaimed) {
  std::deque<Call> calls(3);
  DispatchQueue queue(QueuePolicy::kDropOldest, 2);
  for (Call& call : calls) queue.enqueue(call, 0);
  EXPECT_EQ(queue.overflow(0, 0), &calls[0]);
  EXPECT_EQ(queue.overflow(0, 1), &calls[1]);
  queue.withdraw(calls[1]);
  EXPECT_EQ(queue.overflow(0, 1), nullptr);
}

// What the queue should do, in the plainest words: waiting and pending are vectors.
class Model {
 public:
  Model(QueuePolicy policy, std::size_t capacity) : policy_(policy), capacity_(capacity) {}

  void enqueue(Call* call, std::size_t inFlight) {
    const bool waits = policy_ == QueuePolicy::kBlock && pending.size() + inFlight >= capacity_;
    if (waits && waiting.empty()) admitted_ = 0;
    (waits ? waiting : pending).push_back(call);
  }

  Call* overflow(std::size_t inFlight) const {
    if (policy_ == QueuePolicy::kBlock || pending.size() + inFlight <= capacity_) return nullptr;
    return policy_ == QueuePolicy::kDropOldest ? pending.front() : pending.back();
  }

  Call* admitNext(std::size_t inFlight) {
    if (waiting.empty() || pending.size() + inFlight >= capacity_) return nullptr;
    Call* call = take(waiting, ++admitted_);
    pending.push_back(call);
    return call;
  }

  Call* tryDequeue() { return pending.empty() ? nullptr : take(pending, ++served_); }

  void withdraw(Call* call) {
    std::erase(waiting, call);
    std::erase(pending, call);
  }

  std::vector<Call*> waiting;
  std::vector<Call*> pending;

 private:
  // Removes the call whose turn is the n-th.
  static Call* take(std::vector<Call*>& calls, unsigned n) {
    auto chosen = calls.begin();
    if (n % DispatchQueue::kOldestEvery != 0) {
      chosen = std::max_element(calls.begin(), calls.end(), [](const Call* a, const Call* b) {
        return a->priority < b->priority;
      });
    }
    Call* call = *chosen;
    calls.erase(chosen);
    return call;
  }

  QueuePolicy policy_;
  std::size_t capacity_;
  unsigned served_ = 0;
  unsigned admitted_ = 0;  // since callers began to wait
};

class DispatchQueueUnder : public ::testing::TestWithParam<QueuePolicy> {};

TEST_P(DispatchQueueUnder, RandomOperationsBehavesLikeTheModel) {
  for (unsigned seed = 0; seed < 3'000; ++seed) {
    testing::Random random(seed);
    const std::size_t capacity = random.below(4) == 0 ? kUnbounded : 1 + random.below(6);
    DispatchQueue queue(GetParam(), capacity);
    Model model(GetParam(), capacity);
    std::deque<Call> calls;
    std::vector<Call*> inFlight;

    for (int step = 0; step < 100; ++step) {
      switch (random.below(5)) {
        case 0:
        case 1: {
          Call* call = &calls.emplace_back();
          call->priority = static_cast<int>(random.below(3)) - 1;
          queue.enqueue(*call, inFlight.size());
          model.enqueue(call, inFlight.size());
          Call* victim = queue.overflow(inFlight.size(), 0);
          ASSERT_EQ(victim, model.overflow(inFlight.size())) << "seed " << seed;
          if (victim != nullptr) {
            queue.withdraw(*victim);
            model.withdraw(victim);
          }
          break;
        }
        case 2: {
          Call* call = queue.tryDequeue();
          ASSERT_EQ(call, model.tryDequeue()) << "seed " << seed;
          if (call != nullptr) inFlight.push_back(call);
          break;
        }
        case 3:
          if (!inFlight.empty()) inFlight.pop_back();
          break;
        case 4: {
          std::vector<Call*>& from = random.below(2) == 0 ? model.waiting : model.pending;
          if (from.empty()) break;
          Call* call = from[random.below(from.size())];
          queue.withdraw(*call);
          model.withdraw(call);
          break;
        }
      }
      for (;;) {
        Call* call = queue.admitNext(inFlight.size());
        ASSERT_EQ(call, model.admitNext(inFlight.size())) << "seed " << seed;
        if (call == nullptr) break;
      }
      ASSERT_EQ(queue.depth(), model.pending.size()) << "seed " << seed;
      ASSERT_EQ(queue.waiting(), model.waiting.size()) << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(EveryPolicy, DispatchQueueUnder,
                         ::testing::Values(QueuePolicy::kBlock, QueuePolicy::kReject,
                                           QueuePolicy::kDropLatest, QueuePolicy::kDropOldest));

}  // namespace
}  // namespace atelier::core
