#include "worker_thread.h"

#include <emscripten.h>
#include <emscripten/eventloop.h>
#include <emscripten/html5.h>
#include <pthread.h>

#include "atelier/call_record.h"

extern "C" {
void atelier_forget_thread(std::uintptr_t thread, bool free);
void atelier_thread_started();
}

namespace atelier {
namespace {

void* runWorkerThread(void*) {
  atelier_thread_started();
  emscripten_unwind_to_js_event_loop();
}

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

CallRecord& recordAt(std::uintptr_t address) { return *reinterpret_cast<CallRecord*>(address); }

}  // namespace

std::uintptr_t startWorkerThread() {
  pthread_t thread = 0;
  if (pthread_create(&thread, nullptr, runWorkerThread, nullptr) != 0) return 0;
  return reinterpret_cast<std::uintptr_t>(thread);
}

void forgetWorkerThread(std::uintptr_t thread) {
  const bool unlinked = unlink(*reinterpret_cast<ThreadLinks*>(thread));
  atelier_forget_thread(thread, unlinked);
}

}  // namespace atelier

// What the worker's script calls, as plain exports: no embind on a call's way through a worker.
// `record` is the address that came with the call's message.
extern "C" {

// Takes a call up. Returns whether the handler should run (CallRecord::claim).
EMSCRIPTEN_KEEPALIVE bool atelier_claim(std::uintptr_t record, std::uint32_t generation) {
  return atelier::recordAt(record).claim(generation, emscripten_performance_now());
}

// Reports that the handler has come to an end (CallRecord::finish).
EMSCRIPTEN_KEEPALIVE void atelier_finish(std::uintptr_t record, std::uint32_t generation) {
  atelier::recordAt(record).finish(generation, emscripten_performance_now());
}

// Whether the call's cancellation was asked for (CallRecord::canceled).
EMSCRIPTEN_KEEPALIVE bool atelier_canceled(std::uintptr_t record, std::uint32_t generation) {
  return atelier::recordAt(record).canceled(generation);
}

// The ids that the handler's context shows; zero where there is none.
EMSCRIPTEN_KEEPALIVE std::uint64_t atelier_span(std::uintptr_t record) {
  return atelier::recordAt(record).span().value;
}
EMSCRIPTEN_KEEPALIVE std::uint64_t atelier_trace_high(std::uintptr_t record) {
  return atelier::recordAt(record).trace().high;
}
EMSCRIPTEN_KEEPALIVE std::uint64_t atelier_trace_low(std::uintptr_t record) {
  return atelier::recordAt(record).trace().low;
}
}
