#include "atelier/timeline/fifo.h"

#include <gtest/gtest.h>

namespace atelier::core {
namespace {

TEST(Fifo, GivesItemsOutInTheirOrderHoweverManyCameAndWent) {
  Fifo<int> fifo;
  int in = 0;
  int out = 0;
  for (int round = 0; round < 1000; ++round) {
    for (int i = 0; i < round % 7; ++i) fifo.pushBack(in++);
    for (int i = 0; i < round % 5 && !fifo.empty(); ++i) {
      ASSERT_EQ(fifo.front(), out++);
      fifo.popFront();
    }
    ASSERT_EQ(fifo.size(), static_cast<std::size_t>(in - out));
  }
}

TEST(Fifo, ErasesFromAmongThoseThatAreLeft) {
  Fifo<int> fifo;
  for (int i = 0; i < 10; ++i) fifo.pushBack(i);
  for (int i = 0; i < 3; ++i) fifo.popFront();
  std::vector<int> asked;
  fifo.eraseIf([&](int item) {
    asked.push_back(item);
    return item % 2 == 1;
  });
  EXPECT_EQ(asked, (std::vector<int>{3, 4, 5, 6, 7, 8, 9}));
  EXPECT_EQ(fifo.size(), 3U);
  EXPECT_EQ(fifo.front(), 4);
}

}  // namespace
}  // namespace atelier::core
