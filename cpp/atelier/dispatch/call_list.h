#pragma once

#include <cstddef>
#include <utility>

#include "atelier/dispatch/call.h"

namespace atelier::core {

// LinkedCalls is a list of calls linked through themselves by one of their pairs of links: no
// allocation, removal from the middle in constant time. A call is in one such list at most for each
// pair. Owner thread only.
template <CallLinks Call::*Links>
class LinkedCalls {
 public:
  LinkedCalls() = default;
  LinkedCalls(const LinkedCalls&) = delete;
  LinkedCalls& operator=(const LinkedCalls&) = delete;

  // Moving leaves the source empty; the calls themselves do not know which list they are in.
  LinkedCalls(LinkedCalls&& other) noexcept { *this = std::move(other); }
  LinkedCalls& operator=(LinkedCalls&& other) noexcept {
    first_ = std::exchange(other.first_, nullptr);
    last_ = std::exchange(other.last_, nullptr);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  void pushBack(Call& call) {
    call.*Links = {.previous = last_, .next = nullptr};
    (last_ != nullptr ? (last_->*Links).next : first_) = &call;
    last_ = &call;
    ++size_;
  }

  void pushFront(Call& call) {
    call.*Links = {.previous = nullptr, .next = first_};
    (first_ != nullptr ? (first_->*Links).previous : last_) = &call;
    first_ = &call;
    ++size_;
  }

  // Puts a call before one that is in the list, or last if that is nullptr.
  void insertBefore(Call* next, Call& call) {
    if (next == nullptr) return pushBack(call);
    Call* const previous = (next->*Links).previous;
    if (previous == nullptr) return pushFront(call);
    call.*Links = {.previous = previous, .next = next};
    (previous->*Links).next = (next->*Links).previous = &call;
    ++size_;
  }

  void remove(Call& call) {
    const CallLinks links = call.*Links;
    (links.previous != nullptr ? (links.previous->*Links).next : first_) = links.next;
    (links.next != nullptr ? (links.next->*Links).previous : last_) = links.previous;
    call.*Links = {};
    --size_;
  }

  // The first or the last call; nullptr if there is none.
  Call* front() const { return first_; }
  Call* back() const { return last_; }
  // The call behind `call`; nullptr if it is the last.
  Call* after(const Call& call) const { return (call.*Links).next; }
  // The call before `call`; nullptr if it is the first.
  Call* before(const Call& call) const { return (call.*Links).previous; }

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  Call* first_ = nullptr;
  Call* last_ = nullptr;
  std::size_t size_ = 0;
};

using CallList = LinkedCalls<&Call::turn>;

}  // namespace atelier::core
