#pragma once

#include <cstddef>

#include "atelier/call_list.h"

namespace atelier {

// DispatchQueue holds a task's accepted calls until a worker is free: first come, first served.
// Owner thread only.
class DispatchQueue {
 public:
  void accept(Call& call) { pending_.pushBack(call); }

  // Returns the call whose turn it is and removes it, or nullptr if none is pending.
  Call* takeNext() { return pending_.popFront(); }

  // Removes a call before its turn.
  void withdraw(Call& call) { pending_.remove(call); }

  // Returns the call whose turn it is and leaves it, or nullptr if none is pending.
  Call* first() const { return pending_.front(); }

  std::size_t depth() const { return pending_.size(); }

 private:
  CallList pending_;
};

}  // namespace atelier
