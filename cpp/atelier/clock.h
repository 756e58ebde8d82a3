#pragma once

namespace atelier {

// Clock tells the time of the thread that owns the runtime, in milliseconds since an origin of its
// own. It never goes backwards. In a page it is performance.now().
class Clock {
 public:
  virtual ~Clock() = default;
  virtual double nowMs() const = 0;
};

}  // namespace atelier
