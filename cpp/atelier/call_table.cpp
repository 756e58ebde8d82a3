#include "atelier/call_table.h"

namespace atelier {

Call& CallTable::allocate(double nowMs) {
  if (!abandoned_.empty() && nowMs - abandoned_.front().sinceMs >= kGraceMs) {
    free_.push_back(abandoned_.front().index);
    abandoned_.pop_front();
  }
  if (free_.empty()) {
    Call& call = calls_.emplace_back();
    call.index = static_cast<CallIndex>(calls_.size() - 1);
    free_.push_back(call.index);
  }
  Call& call = calls_[free_.back()];
  free_.pop_back();
  call.inUse = true;
  ++size_;
  return call;
}

void CallTable::release(Call& call) {
  clear(call);
  free_.push_back(call.index);
}

void CallTable::abandon(Call& call, double nowMs) {
  clear(call);
  abandoned_.push_back({.index = call.index, .sinceMs = nowMs});
}

Call* CallTable::find(CallIndex index) {
  if (index >= calls_.size() || !calls_[index].inUse) return nullptr;
  return &calls_[index];
}

void CallTable::clear(Call& call) {
  call.record.retract();
  call.worker.reset();
  call.attemptCount = 0;
  call.inUse = call.settled = call.traced = call.marked = call.retried = false;
  call.span = Span{};
  --size_;
}

}  // namespace atelier
