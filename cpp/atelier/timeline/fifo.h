#pragma once

#include <cstddef>
#include <vector>

namespace atelier::core {

// Fifo is a queue whose items stay in one array: a fraction of std::deque's code. Each operation
// takes constant time on average.
template <typename Item>
class Fifo {
 public:
  bool empty() const { return size() == 0; }
  std::size_t size() const { return items_.size() - head_; }
  const Item& front() const { return items_[head_]; }

  void pushBack(const Item& item) { items_.push_back(item); }

  void popFront() {
    if (++head_ * 2 < items_.size()) return;
    trim();
  }

  // Removes the items for which `shouldGo`, which is asked in their order.
  template <typename Predicate>
  void eraseIf(const Predicate& shouldGo) {
    trim();
    std::erase_if(items_, shouldGo);
  }

 private:
  void trim() {
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  std::vector<Item> items_;
  std::size_t head_ = 0;  // where the first one is; those before it have been taken out
};

}  // namespace atelier::core
