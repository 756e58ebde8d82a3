#pragma once

#include <cstddef>

#include "atelier/call.h"

namespace atelier {

// CallList is a list of calls linked through themselves: no allocation, removal from the middle in
// constant time. A call is in one list at most. Owner thread only.
class CallList {
 public:
  CallList() = default;
  CallList(const CallList&) = delete;
  CallList& operator=(const CallList&) = delete;

  // Moving leaves the source empty; the calls themselves do not know which list they are in.
  CallList(CallList&& other) noexcept
      : first_(other.first_), last_(other.last_), size_(other.size_) {
    other.first_ = other.last_ = nullptr;
    other.size_ = 0;
  }
  CallList& operator=(CallList&&) = delete;

  void pushBack(Call& call) {
    call.previous = last_;
    call.next = nullptr;
    (last_ != nullptr ? last_->next : first_) = &call;
    last_ = &call;
    ++size_;
  }

  void remove(Call& call) {
    (call.previous != nullptr ? call.previous->next : first_) = call.next;
    (call.next != nullptr ? call.next->previous : last_) = call.previous;
    call.previous = call.next = nullptr;
    --size_;
  }

  // Returns the oldest call and removes it, or nullptr if there is none.
  Call* popFront() {
    Call* call = first_;
    if (call != nullptr) remove(*call);
    return call;
  }

  Call* front() const { return first_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  Call* first_ = nullptr;
  Call* last_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace atelier
