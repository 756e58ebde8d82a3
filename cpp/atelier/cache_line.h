#pragma once

#include <cstddef>

namespace atelier::core {

// What two threads write to at the same time is so many bytes apart, lest each waits for the
// other's writes. std::hardware_destructive_interference_size is not what the package's users run
// on.
inline constexpr std::size_t kCacheLine = 64;

}  // namespace atelier::core
