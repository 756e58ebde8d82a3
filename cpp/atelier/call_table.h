#pragma once

#include <memory>
#include <vector>

#include "atelier/call.h"
#include "atelier/clock.h"
#include "atelier/quarantine.h"

namespace atelier {

// CallTable owns the calls of a runtime and their records. The records' memory is reused only for
// records, so that a worker can hold a pointer to one. Owner thread only.
class CallTable {
 public:
  explicit CallTable(const Clock& clock) : clock_(clock) {}

  // Returns a call that is fresh but for its record's generation.
  Call& allocate();

  // Takes a call back for reuse. No worker may hold it.
  void release(Call& call);

  // Takes back a call whose worker died while holding it: what that worker shared is left alone
  // until it surely has stopped.
  void abandon(Call& call);

  // Gives a call whose worker died another record, with the same arguments. Returns false if there
  // is no memory for them.
  bool renew(Call& call);

  Call& at(CallIndex index) { return *calls_[index]; }

  // Returns the call, or nullptr if there is none of that index in use.
  Call* find(CallIndex index);

  // How many calls are in use.
  std::size_t size() const { return size_; }

 private:
  std::unique_ptr<CallRecord> takeRecord(const Call& call);
  void clear(Call& call);

  const Clock& clock_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<CallIndex> free_;
  Quarantine<CallRecord> abandoned_;
  std::size_t size_ = 0;
};

}  // namespace atelier
