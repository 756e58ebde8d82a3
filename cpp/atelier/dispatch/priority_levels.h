#pragma once

#include <memory>

#include "atelier/dispatch/call_list.h"

namespace atelier::core {

// PriorityLevels holds calls by their priority, in their order within one. There are few different
// priorities, so each has a list. Owner thread only.
class PriorityLevels {
 public:
  void pushBack(Call& call) { levelFor(call.priority).calls.pushBack(call); }
  void pushFront(Call& call) { levelFor(call.priority).calls.pushFront(call); }
  void remove(Call& call);

  // first() returns the first call of the highest priority, or nullptr if there is none.
  Call* first() const;

 private:
  struct Level {
    double priority = 0;
    CallList calls;
    std::unique_ptr<Level> lower;
  };

  std::unique_ptr<Level>& placeOf(double priority);
  Level& levelFor(double priority);

  std::unique_ptr<Level> highest_;
};

}  // namespace atelier::core
