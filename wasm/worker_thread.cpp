#include <emscripten.h>
#include <pthread.h>

#include <cstddef>
#include <cstdint>

#include "atelier/shared/worker_channel.h"
#include "page_clock.h"

// Emscripten's: returns a thread's stack and its record to malloc.
extern "C" void _emscripten_thread_free_data(pthread_t thread);

namespace atelier::core {
namespace {

// The head of musl's struct pthread (pthread_impl.h). All threads are in one ring, which only the
// owner thread changes.
struct ThreadLinks {
  ThreadLinks* self;
  void* dtv;
  ThreadLinks* previous;
  ThreadLinks* next;
};

// A thread leaves the ring when it exits, which one whose worker was terminated never does: the
// next pthread_create would write to its freed memory. Returns false if musl's struct is another.
bool unlink(ThreadLinks& thread) {
  if (thread.self != &thread) return false;
  if (thread.previous->next != &thread || thread.next->previous != &thread) return false;
  thread.previous->next = thread.next;
  thread.next->previous = thread.previous;
  thread.previous = thread.next = &thread;
  return true;
}

}  // namespace

}  // namespace atelier::core

using atelier::core::AsWorker;
using atelier::core::CallRecord;
using atelier::core::PageClock;
using atelier::core::WorkerChannel;

extern "C" {

// Starts a thread in the worker that was pushed to PThread.unusedWorkers last, and returns
// its pthread_t, or 0 if it could not be started. It has no entry function: pthread_adoption.js
// hands the channel to the worker's script.
EMSCRIPTEN_KEEPALIVE std::uintptr_t startWorkerThread(WorkerChannel* channel) {
  pthread_t thread = 0;
  // NOLINTNEXTLINE(clang-analyzer-unix.StdCLibraryFunctions): it has no entry function
  if (pthread_create(&thread, nullptr, nullptr, channel) != 0) return 0;
  return reinterpret_cast<std::uintptr_t>(thread);
}

// Frees what is left of a thread whose worker was terminated. Not before the worker has
// surely stopped: it might still be using that.
EMSCRIPTEN_KEEPALIVE void forgetWorkerThread(pthread_t thread) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): a pthread_t is an address
  if (atelier::core::unlink(*reinterpret_cast<atelier::core::ThreadLinks*>(thread))) {
    _emscripten_thread_free_data(thread);
  }
}

// What the worker's script calls, each as WorkerChannel has it. `channel` is what it was started
// with.

EMSCRIPTEN_KEEPALIVE std::byte* channel_scratch(WorkerChannel* channel) {
  return channel->scratch();
}

EMSCRIPTEN_KEEPALIVE void channel_messageReceived(WorkerChannel* channel) {
  const AsWorker role;
  channel->messageReceived();
}

// Returns the record's address, 0 if there is none.
EMSCRIPTEN_KEEPALIVE const atelier::core::SharedCallHeader* channel_next(WorkerChannel* channel,
                                                                         std::uint32_t idle) {
  const AsWorker role;
  return channel->next(PageClock(), static_cast<WorkerChannel::IdleStrategy>(idle));
}

EMSCRIPTEN_KEEPALIVE bool channel_claim(WorkerChannel* channel, CallRecord* record,
                                        std::uint32_t generation) {
  const AsWorker role;
  return channel->claim(*record, generation, PageClock());
}

// Returns an address, 0 if there is too little room.
EMSCRIPTEN_KEEPALIVE std::byte* channel_roomFor(WorkerChannel* channel, CallRecord* record,
                                                std::uint32_t bytes) {
  const AsWorker role;
  return channel->roomFor(*record, bytes);
}

EMSCRIPTEN_KEEPALIVE std::uint32_t channel_finish(WorkerChannel* channel, CallRecord* record,
                                                  std::uint32_t reply, const std::byte* from,
                                                  std::uint32_t bytes) {
  const AsWorker role;
  return static_cast<std::uint32_t>(channel->finish(
      *record, static_cast<atelier::core::ReplyKind>(reply), from, bytes, PageClock()));
}

EMSCRIPTEN_KEEPALIVE bool channel_canceled(CallRecord* record, std::uint32_t generation) {
  return record->canceled(generation);
}
}
