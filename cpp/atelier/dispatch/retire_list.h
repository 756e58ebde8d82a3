#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "atelier/shared/call_record.h"
#include "atelier/shared/worker_channel.h"

namespace atelier::core {

// RetireList keeps the memory that lost workers shared. A terminated worker may go on for a
// while: in Chromium 156 one in a loop does so for two seconds. So none of that memory is used
// again before the platform knows that the worker has stopped. Owner thread only.
class RetireList {
 public:
  // Keeps a worker's channel.
  void retire(std::unique_ptr<WorkerChannel> channel) {
    retired_.push_back(std::make_unique<Retired>());
    retired_.back()->channel = std::move(channel);
  }

  // Keeps the record of a call that the worker with this channel had claimed.
  // Precondition: the channel is kept here.
  void retire(const WorkerChannel* channel, std::unique_ptr<CallRecord> record) {
    (*find(channel))->records.push_back(std::move(record));
  }

  // Frees the channel of a worker that has stopped. Returns the records that were kept with it.
  std::vector<std::unique_ptr<CallRecord>> reclaim(const WorkerChannel* channel) {
    const auto found = find(channel);
    if (found == retired_.end()) return {};
    auto records = std::move((*found)->records);
    std::swap(*found, retired_.back());
    retired_.pop_back();
    return records;
  }

 private:
  struct Retired {
    std::unique_ptr<WorkerChannel> channel;
    std::vector<std::unique_ptr<CallRecord>> records;
  };

  std::vector<std::unique_ptr<Retired>>::iterator find(const WorkerChannel* channel) {
    return std::ranges::find_if(
        retired_, [channel](const auto& one) { return one->channel.get() == channel; });
  }

  std::vector<std::unique_ptr<Retired>> retired_;
};

}  // namespace atelier::core
