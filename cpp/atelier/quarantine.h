#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace atelier {

// Quarantine keeps what a terminated worker may still be using, until it surely has stopped: no
// platform tells when. Owner thread only.
template <typename Item>
class Quarantine {
 public:
  // How long a terminated worker may go on for, in ms. Platforms stop it at its next loop or call,
  // microseconds later; this is generous.
  static constexpr double kGraceMs = 1000;

  bool empty() const { return items_.empty(); }

  void add(std::unique_ptr<Item> item, double nowMs) {
    items_.push_back({.item = std::move(item), .sinceMs = nowMs});
  }

  // Returns an item that may be used again or freed, or nullptr if there is none.
  std::unique_ptr<Item> take(double nowMs) {
    if (items_.empty() || nowMs - items_.front().sinceMs < kGraceMs) return nullptr;
    std::unique_ptr<Item> item = std::move(items_.front().item);
    items_.erase(items_.begin());
    return item;
  }

 private:
  struct Entry {
    std::unique_ptr<Item> item;
    double sinceMs;
  };

  std::vector<Entry> items_;  // oldest first; there are few
};

}  // namespace atelier
