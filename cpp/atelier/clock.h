#pragma once

#include <limits>

namespace atelier::core {

// kNever is a time that does not come, and a duration that does not end.
inline constexpr double kNever = std::numeric_limits<double>::infinity();

// Clock tells the time of the thread that owns the runtime, in milliseconds since an origin of its
// own. It never goes backwards. In a page it is performance.now().
class Clock {
 public:
  virtual ~Clock() = default;
  virtual double nowMs() const = 0;
};

}  // namespace atelier::core
