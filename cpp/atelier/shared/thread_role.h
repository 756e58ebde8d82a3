#pragma once

// Thread roles, checked by clang (https://clang.llvm.org/docs/ThreadSafetyAnalysis.html): the wasm
// build fails if a function of the owner calls one of a worker, or the other way round. Functions
// that say neither are any thread's, and count as the owner's when they call.

#if defined(__clang__)
#define ATELIER_ROLE_ATTRIBUTE(attribute) __attribute__((attribute))
#else
#define ATELIER_ROLE_ATTRIBUTE(attribute)
#endif

// ATELIER_WORKER says that only a worker's thread calls a function; ATELIER_OWNER, that no worker
// does.
#define ATELIER_WORKER ATELIER_ROLE_ATTRIBUTE(requires_capability(::atelier::core::kWorkerRole))
#define ATELIER_OWNER ATELIER_ROLE_ATTRIBUTE(locks_excluded(::atelier::core::kWorkerRole))
// ATELIER_WORKERS says that only a worker's thread uses a member.
#define ATELIER_WORKERS ATELIER_ROLE_ATTRIBUTE(guarded_by(::atelier::core::kWorkerRole))

namespace atelier::core {

class ATELIER_ROLE_ATTRIBUTE(capability("role")) ThreadRole {};
inline constexpr ThreadRole kWorkerRole;

// AsWorker makes its scope a worker's: where a worker's thread enters, and where the owner enters
// what a worker has reported that shares no memory.
class ATELIER_ROLE_ATTRIBUTE(scoped_lockable) AsWorker {
 public:
  // NOLINTBEGIN(modernize-use-equals-default): only functions with bodies can have the attributes
  AsWorker() ATELIER_ROLE_ATTRIBUTE(acquire_capability(kWorkerRole)) {}
  ~AsWorker() ATELIER_ROLE_ATTRIBUTE(release_capability()) {}
  // NOLINTEND(modernize-use-equals-default)
  AsWorker(const AsWorker&) = delete;
  AsWorker& operator=(const AsWorker&) = delete;
};

}  // namespace atelier::core
