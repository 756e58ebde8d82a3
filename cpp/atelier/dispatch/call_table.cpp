#include "atelier/dispatch/call_table.h"

#include <algorithm>
#include <new>
#include <utility>

namespace atelier::core {

void CallTable::freeAll() {
  for (const auto& call : calls_) {
    if (call->record) call->record->clearArguments(budgets_.payloads);
  }
  calls_.clear();
  free_.clear();
  spare_.clear();
  budgets_.calls.release(std::exchange(reservedBytes_, 0));
  ownBytes_ = kOwnBytes;
}

bool CallTable::reserve(std::size_t bytes) {
  if (ownBytes_ >= bytes) {
    ownBytes_ -= bytes;
    return true;
  }
  if (!budgets_.calls.reserve(bytes)) return false;
  reservedBytes_ += bytes;
  return true;
}

Call* CallTable::allocate() {
  if (free_.empty() && !grow()) return nullptr;
  Call& call = at(free_.back());
  if (!call.record) call.record = acquireRecord(call);
  if (!call.record) return nullptr;
  free_.pop_back();
  call.record->index = call.index;
  call.enter(OwnerState::kCreated);
  ++size_;
  return &call;
}

bool CallTable::grow() {
  std::unique_ptr<Call> call(new (std::nothrow) Call);
  if (!call || !reserve(kCallBytes)) return false;
  call->index = static_cast<CallIndex>(calls_.size());
  call->enter(OwnerState::kFree);
  free_.push_back(call->index);
  calls_.push_back(std::move(call));
  return true;
}

void CallTable::free(Call& call) {
  call.record->retract();
  call.record->clearArguments(budgets_.payloads);
  clear(call);
}

std::unique_ptr<CallRecord> CallTable::abandon(Call& call) {
  call.record->retract();
  call.lastGeneration = call.record->generation;
  clear(call);
  return std::move(call.record);
}

std::unique_ptr<CallRecord> CallTable::renew(Call& call) {
  std::unique_ptr<CallRecord> fresh = acquireRecord(call);
  if (!fresh) return nullptr;
  CallRecord& old = *call.record;
  fresh->method = old.method;
  fresh->span = old.span;
  fresh->trace = old.trace;
  fresh->transferResult = old.transferResult;
  fresh->index = old.index;
  if (!fresh->setArguments({old.payload, old.argumentBytes}, old.replyRoom(), budgets_.payloads)) {
    spare_.push_back(std::move(fresh));
    return nullptr;
  }
  old.retract();
  std::swap(call.record, fresh);
  return fresh;
}

void CallTable::reuse(std::unique_ptr<CallRecord> record) {
  record->clearArguments(budgets_.payloads);
  spare_.push_back(std::move(record));
}

Call* CallTable::find(CallIndex index) {
  if (index >= calls_.size() || calls_[index]->state() == OwnerState::kFree) return nullptr;
  return calls_[index].get();
}

std::unique_ptr<CallRecord> CallTable::acquireRecord(const Call& call) {
  std::unique_ptr<CallRecord> record;
  if (!spare_.empty()) {
    record = std::move(spare_.back());
    spare_.pop_back();
  } else {
    record.reset(new (std::nothrow) CallRecord);
    if (!record || !reserve(kRecordBytes)) return nullptr;
  }
  // Neither the record nor the index ever has a generation again: both go by it.
  const std::uint32_t last = call.record ? call.record->generation : call.lastGeneration;
  record->generation = std::max(record->generation, last);
  return record;
}

void CallTable::clear(Call& call) {
  call.worker.reset();
  call.attemptCount = 0;
  call.enter(OwnerState::kFree);
  call.arguments = ArgumentsIn::kCaller;
  call.entries = SpanEntries::kNone;
  call.settled = false;
  call.span = Span{};
  free_.push_back(call.index);
  --size_;
}

}  // namespace atelier::core
