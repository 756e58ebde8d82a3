#pragma once

#include <cstddef>

namespace atelier::core {

// HeapBudget bounds how much of a heap calls may take, so that there always is room for all else.
// Runtimes that share a heap share its budget. Owner thread only.
class HeapBudget {
 public:
  constexpr explicit HeapBudget(std::size_t bytes) : left_(bytes) {}

  // Returns whether there is room for so many more bytes, which count as taken from then on.
  bool reserve(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  void release(std::size_t bytes) { left_ += bytes; }

  std::size_t left() const { return left_; }

 private:
  std::size_t left_;
};

// The budgets of one heap.
struct HeapBudgets {
  HeapBudget calls;
  HeapBudget payloads;  // arguments and replies that do not fit into a call's record
};

}  // namespace atelier::core
