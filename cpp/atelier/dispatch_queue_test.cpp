#include "atelier/dispatch_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <vector>

#include "atelier/testing.h"

namespace atelier {
namespace {

TEST(DispatchQueue, ServesInTheOrderOfAcceptance) {
  std::deque<Call> calls(3);
  DispatchQueue queue;
  for (Call& call : calls) queue.accept(call);
  EXPECT_EQ(queue.first(), &calls[0]);
  for (Call& call : calls) EXPECT_EQ(queue.takeNext(), &call);
  EXPECT_EQ(queue.takeNext(), nullptr);
  EXPECT_EQ(queue.depth(), 0U);
}

// Random operations against the simplest model there is.
TEST(DispatchQueue, BehavesLikeAVectorUnderRandomOperations) {
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    testing::Random random(seed);
    std::deque<Call> calls(20);
    std::vector<Call*> outside;
    for (Call& call : calls) outside.push_back(&call);
    std::vector<Call*> model;
    DispatchQueue queue;
    for (int step = 0; step < 60; ++step) {
      const unsigned choice = random.below(3);
      if (choice == 0 && !outside.empty()) {
        queue.accept(*outside.back());
        model.push_back(outside.back());
        outside.pop_back();
      } else if (choice == 1) {
        Call* expected = model.empty() ? nullptr : model.front();
        ASSERT_EQ(queue.takeNext(), expected) << "seed " << seed;
        if (expected != nullptr) {
          model.erase(model.begin());
          outside.push_back(expected);
        }
      } else if (choice == 2 && !model.empty()) {
        const auto victim = model.begin() + static_cast<long>(random.below(model.size()));
        queue.withdraw(**victim);
        outside.push_back(*victim);
        model.erase(victim);
      }
      ASSERT_EQ(queue.depth(), model.size()) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace atelier
