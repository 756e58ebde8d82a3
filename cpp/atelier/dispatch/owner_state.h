#pragma once

#include <cstdint>

namespace atelier::core {

// OwnerState is how far a call has come, as its owner sees it.
//
//      kFree <---- from all others
//        |
//    kCreated ---> kWaiting
//        |            |
//        +----> kPending <--+--> kReady
//                  ^  |          |
//                  |  +-> kHeld <+
//                  |       |  |
//                  +-------+  +-> kFinished --+
//                  |          |       |       |
//                  +----------|-------+       |
//                             +-> kReleased <-+
enum class OwnerState : std::uint8_t {
  kFree,      // none: it is in store for the next one
  kCreated,   // not yet in the queue
  kWaiting,   // its caller waits for a place in the queue
  kPending,   // accepted, in the queue
  kReady,     // any worker may claim it; one may have
  kHeld,      // with a worker
  kFinished,  // likewise, and known to be done
  kReleased,  // its worker is done with it, but its caller is not
};

// mayFollow() returns whether a call may come from one state to another.
constexpr bool mayFollow(OwnerState from, OwnerState to) {
  using enum OwnerState;
  switch (to) {
    case kFree:
      return from != kFree;
    case kCreated:
      return from == kFree;
    case kWaiting:
      return from == kCreated;
    case kPending:  // accepted, recalled or tried again
      return from != kFree && from != kPending && from != kReleased;
    case kReady:
      return from == kPending;
    case kHeld:
      return from == kPending || from == kReady;
    case kFinished:
      return from == kHeld;
    case kReleased:
      return from == kHeld || from == kFinished;
  }
  return false;
}

}  // namespace atelier::core
