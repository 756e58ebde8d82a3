#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "atelier/shared/call_record.h"
#include "atelier/shared/worker_port.h"

namespace atelier {

// RetiredWorkers keeps the memory that lost workers shared. A terminated worker may go on for a
// while: in Chromium 156 one in a loop does so for two seconds. So none of that memory is used
// again before the platform knows that the worker has stopped. Owner thread only.
class RetiredWorkers {
 public:
  // Keeps a worker's port.
  void add(std::unique_ptr<WorkerPort> port) {
    retired_.push_back(std::make_unique<Retired>());
    retired_.back()->port = std::move(port);
  }

  // Keeps the record of a call that the worker with this port had claimed.
  // Precondition: the port is kept here.
  void keep(const WorkerPort* port, std::unique_ptr<CallRecord> record) {
    (*find(port))->records.push_back(std::move(record));
  }

  // Frees the port of a worker that has stopped. Returns the records that were kept with it.
  std::vector<std::unique_ptr<CallRecord>> release(const WorkerPort* port) {
    const auto found = find(port);
    if (found == retired_.end()) return {};
    auto records = std::move((*found)->records);
    std::swap(*found, retired_.back());
    retired_.pop_back();
    return records;
  }

 private:
  struct Retired {
    std::unique_ptr<WorkerPort> port;
    std::vector<std::unique_ptr<CallRecord>> records;
  };

  std::vector<std::unique_ptr<Retired>>::iterator find(const WorkerPort* port) {
    return std::ranges::find_if(retired_,
                                [port](const auto& one) { return one->port.get() == port; });
  }

  std::vector<std::unique_ptr<Retired>> retired_;
};

}  // namespace atelier
