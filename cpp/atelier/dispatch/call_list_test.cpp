#include "atelier/dispatch/call_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <list>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<const Call*> forwards(const CallList& list) {
  std::vector<const Call*> calls;
  for (const Call* call = list.front(); call != nullptr; call = list.after(*call)) {
    calls.push_back(call);
  }
  return calls;
}

std::vector<const Call*> backwards(const CallList& list) {
  std::vector<const Call*> calls;
  for (const Call* call = list.back(); call != nullptr; call = list.before(*call)) {
    calls.push_back(call);
  }
  return calls;
}

TEST(CallList, KeepsTheOrderInWhichCallsWerePutThere) {
  std::array<Call, 4> calls;
  CallList list;
  list.pushBack(calls[1]);
  list.pushFront(calls[0]);
  list.insertBefore(nullptr, calls[3]);
  list.insertBefore(&calls[3], calls[2]);
  EXPECT_THAT(forwards(list), ElementsAre(&calls[0], &calls[1], &calls[2], &calls[3]));
  EXPECT_THAT(backwards(list), ElementsAre(&calls[3], &calls[2], &calls[1], &calls[0]));
  list.remove(calls[0]);
  EXPECT_EQ(list.front(), &calls[1]);
  EXPECT_EQ(list.size(), 3U);
}

TEST(CallList, LeavesItsSourceEmptyWhenItIsMoved) {
  std::array<Call, 2> calls;
  CallList source;
  for (Call& call : calls) source.pushBack(call);
  CallList list(std::move(source));
  EXPECT_THAT(forwards(list), ElementsAre(&calls[0], &calls[1]));
  list.remove(calls[0]);
  EXPECT_THAT(forwards(list), ElementsAre(&calls[1]));
}

TEST(CallList, LetsACallBeInOneListForEachPairOfLinks) {
  Call call;
  CallList turns;
  LinkedCalls<&Call::age> ages;
  turns.pushBack(call);
  ages.pushBack(call);
  turns.remove(call);
  EXPECT_TRUE(turns.empty());
  EXPECT_EQ(ages.front(), &call);
}

TEST(CallList, DoesAsAListOfPointersDoesUnderRandomOperations) {
  testing::Random random(1);
  std::array<Call, 20> calls;
  CallList list;
  std::list<const Call*> model;
  for (int step = 0; step < 5'000; ++step) {
    Call& call = calls[random.below(calls.size())];
    const auto at = std::ranges::find(model, &call);
    if (at != model.end()) {
      list.remove(call);
      model.erase(at);
    } else if (random.below(3) == 0) {
      Call* const next = list.front() != nullptr ? list.after(*list.front()) : nullptr;
      list.insertBefore(next, call);
      model.insert(model.size() < 2 ? model.end() : std::next(model.begin()), &call);
    } else if (random.below(2) == 0) {
      list.pushFront(call);
      model.push_front(&call);
    } else {
      list.pushBack(call);
      model.push_back(&call);
    }
    ASSERT_THAT(forwards(list), ::testing::ElementsAreArray(model)) << "step " << step;
    ASSERT_EQ(list.size(), model.size());
  }
  while (!list.empty()) list.remove(*list.front());
  EXPECT_THAT(backwards(list), IsEmpty());
}

}  // namespace
}  // namespace atelier::core
