#include "atelier/call_table.h"

#include <algorithm>
#include <utility>

namespace atelier {

Call& CallTable::allocate() {
  if (free_.empty()) {
    calls_.push_back(std::make_unique<Call>());
    free_.push_back(calls_.back()->index = static_cast<CallIndex>(calls_.size() - 1));
  }
  Call& call = at(free_.back());
  free_.pop_back();
  if (!call.record) call.record = takeRecord(call);
  call.record->index = call.index;
  call.inUse = true;
  ++size_;
  return call;
}

void CallTable::release(Call& call) {
  call.record->retract();
  call.record->clearArguments();
  clear(call);
}

void CallTable::abandon(Call& call) {
  call.record->retract();
  call.lastGeneration = call.record->generation;
  abandoned_.add(std::move(call.record), clock_.nowMs());
  clear(call);
}

bool CallTable::renew(Call& call) {
  std::unique_ptr<CallRecord> fresh = takeRecord(call);
  CallRecord& old = *call.record;
  fresh->method = old.method;
  fresh->span = old.span;
  fresh->trace = old.trace;
  fresh->transferResult = old.transferResult;
  fresh->index = old.index;
  const bool kept =
      fresh->setArguments({old.payload, old.argumentBytes}, old.capacity - old.argumentBytes);
  if (kept) {
    old.retract();
    std::swap(call.record, fresh);
  }
  abandoned_.add(std::move(fresh), clock_.nowMs());
  return kept;
}

Call* CallTable::find(CallIndex index) {
  if (index >= calls_.size() || !calls_[index]->inUse) return nullptr;
  return calls_[index].get();
}

std::unique_ptr<CallRecord> CallTable::takeRecord(const Call& call) {
  std::unique_ptr<CallRecord> record;
  if (!abandoned_.empty()) record = abandoned_.take(clock_.nowMs());
  if (record) {
    record->clearArguments();
  } else {
    record = std::make_unique<CallRecord>();
  }
  // Neither the record nor the index ever has a generation again: both go by it.
  const std::uint32_t last = call.record ? call.record->generation : call.lastGeneration;
  record->generation = std::max(record->generation, last);
  return record;
}

void CallTable::clear(Call& call) {
  call.worker.reset();
  call.attemptCount = 0;
  call.stage = CallStage::kMade;
  call.inUse = call.settled = call.traced = call.marked = call.retried = false;
  call.ready = call.shared = false;
  call.span = Span{};
  free_.push_back(call.index);
  --size_;
}

}  // namespace atelier
