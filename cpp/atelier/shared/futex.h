#pragma once

#include <atomic>
#include <cstdint>

namespace atelier::core {

// Futex lets threads sleep on a word of shared memory. In a page it is WebAssembly's atomic wait
// and notify (https://github.com/WebAssembly/threads). Any thread.
class Futex {
 public:
  virtual ~Futex() = default;

  // Sleeps while `word` is `expected`, for `timeoutMs` at most; may wake early.
  virtual void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
                    double timeoutMs) = 0;

  // Wakes the threads that sleep on `word`.
  virtual void wake(const std::atomic<std::uint32_t>& word) = 0;

  // Wakes the owner, which listens to `signal` in a way of its own.
  virtual void wakeOwner(const std::atomic<std::uint32_t>& signal) { wake(signal); }
};

}  // namespace atelier::core
