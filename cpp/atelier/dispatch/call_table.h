#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "atelier/dispatch/call.h"
#include "atelier/heap_budget.h"

namespace atelier::core {

// CallTable owns the calls of a runtime and their records. The records' memory is reused only for
// records, so that a worker can hold a pointer to one. Owner thread only.
class CallTable {
 public:
  explicit CallTable(HeapBudgets& budgets) : budgets_(budgets) {}
  ~CallTable() { freeAll(); }
  CallTable(const CallTable&) = delete;
  CallTable& operator=(const CallTable&) = delete;

  // Returns a call that is fresh but for its record's generation, or nullptr if the heap has no
  // room for one more.
  Call* allocate();

  // Takes a call back for reuse. No worker may hold it.
  void free(Call& call);

  // Takes back a call whose worker was lost while holding it. Returns the record, which that worker
  // may still be using.
  std::unique_ptr<CallRecord> abandon(Call& call);

  // Gives a call whose worker was lost another record, with the same arguments. Returns the one
  // before, or nullptr if there is no room: then nothing has changed.
  std::unique_ptr<CallRecord> renew(Call& call);

  // Takes a record for reuse that no worker is using any more.
  void reuse(std::unique_ptr<CallRecord> record);

  // Gives all memory back. Preconditions: no call is in use, and no worker that ever knew of a
  // record runs any more.
  void freeAll();

  // Gives a call's record its arguments, or room for them (CallRecord::reserve, setArguments).
  bool reserveArguments(Call& call, std::uint32_t bytes, std::uint32_t replyRoom) {
    return call.record->reserve(bytes, replyRoom, budgets_.payloads);
  }
  bool setArguments(Call& call, std::span<const std::byte> arguments, std::uint32_t replyRoom) {
    return call.record->setArguments(arguments, replyRoom, budgets_.payloads);
  }

  Call& at(CallIndex index) { return *calls_[index]; }

  // Returns the call, or nullptr if there is none of that index in use.
  Call* find(CallIndex index);

  // How many calls are in use.
  std::size_t size() const { return size_; }

 private:
  // What a call or a record takes of the heap, with what the allocator and the lists add.
  static constexpr std::size_t kCallBytes = sizeof(Call) + 32;
  static constexpr std::size_t kRecordBytes = sizeof(CallRecord) + 64;

  // So much each runtime has whatever others take: some 2,000 calls.
  static constexpr std::size_t kOwnBytes = std::size_t{1} << 20;

  bool grow();
  bool reserve(std::size_t bytes);
  std::unique_ptr<CallRecord> acquireRecord(const Call& call);
  void clear(Call& call);

  HeapBudgets& budgets_;
  std::vector<std::unique_ptr<Call>> calls_;
  std::vector<CallIndex> free_;
  std::vector<std::unique_ptr<CallRecord>> spare_;
  std::size_t ownBytes_ = kOwnBytes;  // that are left
  std::size_t reservedBytes_ = 0;     // of the budget
  std::size_t size_ = 0;
};

}  // namespace atelier::core
