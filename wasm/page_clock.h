#pragma once

#include <emscripten/html5.h>

#include "atelier/clock.h"

namespace atelier::core {

// PageClock is performance.now() of the thread that asks.
class PageClock final : public Clock {
 public:
  double nowMs() const override { return emscripten_performance_now(); }
};

}  // namespace atelier::core
