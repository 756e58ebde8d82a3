#pragma once

#include <memory>
#include <vector>

#include "atelier/call.h"
#include "atelier/fifo.h"

namespace atelier {

// CallTable owns the calls of a runtime. Their addresses are stable, and their memory is reused
// only for calls, so that a worker can hold a pointer to a record. Owner thread only.
class CallTable {
 public:
  // How long a terminated worker may go on for until its memory is reused, in ms. Platforms stop it
  // at its next loop or call, microseconds later; this is generous.
  static constexpr double kGraceMs = 1000;

  // Returns a call that is fresh but for its record's generation.
  Call& allocate(double nowMs);

  // Takes a call back for reuse. No worker may hold it.
  void release(Call& call);

  // Takes back a call whose worker died at `nowMs` while holding it.
  void abandon(Call& call, double nowMs);

  Call& at(CallIndex index) { return *calls_[index]; }

  // Returns the call, or nullptr if there is none of that index in use.
  Call* find(CallIndex index);

  // How many calls are in use.
  std::size_t size() const { return size_; }

 private:
  struct Abandoned {
    CallIndex index;
    double sinceMs;
  };

  void clear(Call& call);

  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<CallIndex> free_;
  Fifo<Abandoned> abandoned_;
  std::size_t size_ = 0;
};

}  // namespace atelier
