#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "atelier/span.h"

namespace atelier::core {

// Method is the name of a method as the timeline and as workers see it. Its address stands for it
// on a call's way to a worker, so it lives as long as the runtime. Standard layout: workers read it
// by themselves (js/shared/call-record.js).
struct Method {
  Method() = default;
  Method(TextHandle handle, std::span<const std::byte> encoded)
      : nameBytes(static_cast<std::uint32_t>(encoded.size())),
        name(std::make_unique<std::byte[]>(encoded.size())),
        text(handle) {
    std::copy(encoded.begin(), encoded.end(), name.get());
  }

  std::uint32_t nameBytes = 0;
  std::unique_ptr<std::byte[]> name;  // encoded as a call's arguments are
  // How much room later replies are given, in bytes (WorkerChannel::roomFor). Any thread.
  mutable std::atomic<std::uint32_t> replyBytes{0};
  TextHandle text = TextHandle::kNone;
};

}  // namespace atelier::core
