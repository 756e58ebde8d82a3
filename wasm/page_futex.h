#pragma once

#include "atelier/shared/futex.h"

#ifdef __EMSCRIPTEN_PTHREADS__
extern "C" void atelier_message_owner();
#endif

namespace atelier::core {

// PageFutex is WebAssembly's own wait and notify. A page's main thread may not wait. Without
// threads there is nobody to wait for.
class PageFutex final : public Futex {
 public:
  // Whether the owner listens to messages alone. Owner sets; any thread.
  void setWakesOwnerByMessage(bool value) {
    wakesOwnerByMessage_.store(value, std::memory_order_relaxed);
  }

#ifdef __EMSCRIPTEN_PTHREADS__
  void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
            double timeoutMs) override {
    constexpr double kNsPerMs = 1e6;
    __builtin_wasm_memory_atomic_wait32(addressOf(word), static_cast<int>(expected),
                                        static_cast<std::int64_t>(timeoutMs * kNsPerMs));
  }

  void wake(const std::atomic<std::uint32_t>& word) override {
    constexpr unsigned kAll = 0xFFFFFFFF;
    __builtin_wasm_memory_atomic_notify(addressOf(word), kAll);
  }

  void wakeOwner(const std::atomic<std::uint32_t>& signal) override {
    if (wakesOwnerByMessage_.load(std::memory_order_relaxed))
      atelier_message_owner();
    else
      wake(signal);
  }

 private:
  static int* addressOf(const std::atomic<std::uint32_t>& word) {
    return reinterpret_cast<int*>(const_cast<std::atomic<std::uint32_t>*>(&word));
  }
#else
  void wait(const std::atomic<std::uint32_t>& /*word*/, std::uint32_t /*expected*/,
            double /*timeoutMs*/) override {}
  void wake(const std::atomic<std::uint32_t>& /*word*/) override {}

 private:
#endif
  std::atomic<bool> wakesOwnerByMessage_{false};
};

}  // namespace atelier::core
