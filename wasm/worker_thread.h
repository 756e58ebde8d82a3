#pragma once

#include <cstdint>

namespace atelier {

// Starts a thread in the worker that was pushed to PThread.unusedWorkers last, and returns its
// pthread_t, or 0 if it could not be started. It stays alive for asynchronous handlers after its
// entry function has returned. Owner thread only.
std::uintptr_t startWorkerThread();

// Frees what is left of a thread whose worker was terminated. Owner thread only.
void forgetWorkerThread(std::uintptr_t thread);

}  // namespace atelier
