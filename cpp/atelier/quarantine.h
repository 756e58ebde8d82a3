#pragma once

#include <memory>
#include <utility>

namespace atelier {

// Quarantine keeps what a terminated worker may still be using, until it surely has stopped: no
// platform tells when. Owner thread only.
template <typename Item>
class Quarantine {
 public:
  // How long a terminated worker may go on for, in ms. Platforms stop it at its next loop or call,
  // microseconds later; this is generous.
  static constexpr double kGraceMs = 1000;

  bool empty() const { return oldest_ == nullptr; }

  void add(std::unique_ptr<Item> item, double nowMs) {
    auto entry = std::make_unique<Entry>(std::move(item), nowMs);
    Entry* const added = entry.get();
    (oldest_ ? newest_->younger : oldest_) = std::move(entry);
    newest_ = added;
  }

  // Returns an item that may be used again or freed, or nullptr if there is none.
  std::unique_ptr<Item> take(double nowMs) {
    if (!oldest_ || nowMs - oldest_->sinceMs < kGraceMs) return nullptr;
    std::unique_ptr<Item> item = std::move(oldest_->item);
    oldest_ = std::move(oldest_->younger);
    return item;
  }

 private:
  struct Entry {
    Entry(std::unique_ptr<Item> kept, double nowMs) : item(std::move(kept)), sinceMs(nowMs) {}

    std::unique_ptr<Item> item;
    double sinceMs;
    std::unique_ptr<Entry> younger;
  };

  std::unique_ptr<Entry> oldest_;
  Entry* newest_ = nullptr;  // while there is one
};

}  // namespace atelier
