#include "atelier/call_table.h"

namespace atelier {

Call& CallTable::allocate(double nowMs) {
  if (!abandoned_.empty() && nowMs - abandoned_.front().sinceMs >= kGraceMs) {
    free_.push_back(abandoned_.front().index);
    abandoned_.popFront();
  }
  if (free_.empty()) {
    calls_.push_back(std::make_unique<Call>());
    free_.push_back(calls_.back()->index = static_cast<CallIndex>(calls_.size() - 1));
  }
  Call& call = at(free_.back());
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
  abandoned_.pushBack({.index = call.index, .sinceMs = nowMs});
}

Call* CallTable::find(CallIndex index) {
  if (index >= calls_.size() || !calls_[index]->inUse) return nullptr;
  return calls_[index].get();
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
