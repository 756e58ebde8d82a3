#include "atelier/dispatch/priority_levels.h"

#include <utility>

namespace atelier::core {

void PriorityLevels::remove(Call& call) {
  std::unique_ptr<Level>& level = placeOf(call.priority);
  level->calls.remove(call);
  // The usual level stays, so that it costs no allocation.
  if (level->calls.empty() && call.priority != 0) level = std::move(level->lower);
}

Call* PriorityLevels::first() const {
  const Level* level = highest_.get();
  while (level != nullptr && level->calls.empty()) level = level->lower.get();
  return level != nullptr ? level->calls.front() : nullptr;
}

// Where the level of this priority is, or would have to be.
std::unique_ptr<PriorityLevels::Level>& PriorityLevels::placeOf(double priority) {
  std::unique_ptr<Level>* place = &highest_;
  while (*place && (*place)->priority > priority) place = &(*place)->lower;
  return *place;
}

PriorityLevels::Level& PriorityLevels::levelFor(double priority) {
  std::unique_ptr<Level>& place = placeOf(priority);
  if (!place || place->priority != priority) {
    auto level = std::make_unique<Level>();
    level->priority = priority;
    level->lower = std::move(place);
    place = std::move(level);
  }
  return *place;
}

}  // namespace atelier::core
