// What a call's way through a runtime crosses the boundary with, as plain exports: numbers in and
// out, absent indices as -1. js/runtime/core.js has the types and drops the prefix `core_`.

#include <emscripten.h>

#include "runtime_binding.h"

using atelier::CallIndex;
using atelier::Method;
using atelier::RuntimeBinding;
using atelier::TaskIndex;
using atelier::toJs;
using atelier::WorkerIndex;

extern "C" {

EMSCRIPTEN_KEEPALIVE std::byte* core_scratch(RuntimeBinding* self) {
  return self->runtime.scratch();
}

EMSCRIPTEN_KEEPALIVE CallIndex core_dispatch(RuntimeBinding* self, TaskIndex task,
                                             const Method* method, int trace, double priority) {
  return self->runtime.dispatch(task, *method, atelier::traceFromJs(trace), priority);
}

EMSCRIPTEN_KEEPALIVE bool core_take(RuntimeBinding* self, CallIndex call) {
  return self->runtime.take(call);
}

EMSCRIPTEN_KEEPALIVE bool core_readyShared(RuntimeBinding* self, CallIndex call,
                                           std::uint32_t bytes, bool transferResult) {
  return self->runtime.readyShared(call, bytes, transferResult);
}

EMSCRIPTEN_KEEPALIVE void core_readyForMessage(RuntimeBinding* self, CallIndex call) {
  self->runtime.readyForMessage(call);
}

EMSCRIPTEN_KEEPALIVE bool core_offer(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.offer(task);
}

EMSCRIPTEN_KEEPALIVE int core_nextWorkerToWake(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextWorkerToWake(task));
}

EMSCRIPTEN_KEEPALIVE int core_nextOverflow(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextOverflow(task));
}

EMSCRIPTEN_KEEPALIVE int core_nextAdmission(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextAdmission(task));
}

EMSCRIPTEN_KEEPALIVE int core_nextAssignment(RuntimeBinding* self, TaskIndex task) {
  const auto assignment = self->runtime.nextAssignment(task);
  return assignment ? static_cast<int>(assignment->call) : atelier::kNone;
}

EMSCRIPTEN_KEEPALIVE int core_nextWorkerToStart(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextWorkerToStart(task));
}

EMSCRIPTEN_KEEPALIVE int core_nextWorkerToEnd(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextWorkerToEnd(task));
}

// Returns the record's address, 0 if there is none.
EMSCRIPTEN_KEEPALIVE const atelier::CallWire* core_nextCompletion(RuntimeBinding* self) {
  return self->runtime.nextCompletion();
}

EMSCRIPTEN_KEEPALIVE bool core_complete(RuntimeBinding* self, CallIndex call,
                                        std::uint32_t generation) {
  return self->runtime.complete(call, generation, atelier::Outcome{});
}

EMSCRIPTEN_KEEPALIVE bool core_retry(RuntimeBinding* self, CallIndex call) {
  return self->runtime.retry(call);
}

// The word that the owner may wait on (CompletionQueue::signal).
EMSCRIPTEN_KEEPALIVE void* core_signal(RuntimeBinding* self) {
  return &self->runtime.completions().signal();
}

EMSCRIPTEN_KEEPALIVE void core_setWakesByMessage(RuntimeBinding* self, bool value) {
  self->runtime.completions().setWakesByMessage(value);
}

EMSCRIPTEN_KEEPALIVE int core_workerOf(RuntimeBinding* self, CallIndex call) {
  return toJs(self->runtime.call(call).worker);
}

EMSCRIPTEN_KEEPALIVE const atelier::CallWire* core_recordOf(RuntimeBinding* self, CallIndex call) {
  return &self->runtime.record(call);
}

EMSCRIPTEN_KEEPALIVE std::uint32_t core_generationOf(RuntimeBinding* self, CallIndex call) {
  return self->runtime.record(call).generation;
}

EMSCRIPTEN_KEEPALIVE int core_firstStranded(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.firstStranded(task));
}

EMSCRIPTEN_KEEPALIVE int core_firstHeld(RuntimeBinding* self, TaskIndex task, WorkerIndex worker) {
  return toJs(self->runtime.firstHeld(task, worker));
}

EMSCRIPTEN_KEEPALIVE void core_startWorkers(RuntimeBinding* self, TaskIndex task) {
  self->runtime.at(task).startAll();
}

EMSCRIPTEN_KEEPALIVE void core_stopWorkers(RuntimeBinding* self, TaskIndex task) {
  self->runtime.at(task).stopAll();
}

EMSCRIPTEN_KEEPALIVE void core_stopWorkerIfIdle(RuntimeBinding* self, TaskIndex task,
                                                WorkerIndex worker) {
  self->runtime.at(task).stopIfIdle(worker);
}

EMSCRIPTEN_KEEPALIVE atelier::WorkerPort* core_portOf(RuntimeBinding* self, TaskIndex task,
                                                      WorkerIndex worker) {
  return self->runtime.at(task).worker(worker).port.get();
}

EMSCRIPTEN_KEEPALIVE void core_workerReady(RuntimeBinding* self, TaskIndex task, WorkerIndex worker,
                                           double sentMs, double workerMs, double clockOffsetMs) {
  self->runtime.workerReady(task, worker, sentMs, workerMs, clockOffsetMs);
}

EMSCRIPTEN_KEEPALIVE void core_messagePosted(RuntimeBinding* self, TaskIndex task,
                                             WorkerIndex worker) {
  atelier::WorkerPort* port = core_portOf(self, task, worker);
  if (port != nullptr) port->messagePosted();
}

EMSCRIPTEN_KEEPALIVE void core_workerEnded(RuntimeBinding* self, TaskIndex task,
                                           WorkerIndex worker) {
  self->runtime.workerEnded(task, worker);
}

EMSCRIPTEN_KEEPALIVE void core_workerCrashed(RuntimeBinding* self, TaskIndex task,
                                             WorkerIndex worker) {
  self->runtime.workerCrashed(task, worker);
}

// In ms; -1 if no restart is held back.
EMSCRIPTEN_KEEPALIVE double core_restartDelayMs(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.restartDelayMs(task).value_or(atelier::kNone);
}

// Before the counters below: takes in what workers have taken up.
EMSCRIPTEN_KEEPALIVE void core_observe(RuntimeBinding* self, TaskIndex task) {
  self->runtime.at(task).observe();
}

EMSCRIPTEN_KEEPALIVE double core_totalDispatched(RuntimeBinding* self, TaskIndex task) {
  return static_cast<double>(self->runtime.at(task).totalDispatched());
}

EMSCRIPTEN_KEEPALIVE std::uint32_t core_pending(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.at(task).pending();
}

EMSCRIPTEN_KEEPALIVE std::uint32_t core_waiting(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.at(task).waiting();
}

EMSCRIPTEN_KEEPALIVE std::uint32_t core_inFlight(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.at(task).inFlight();
}

EMSCRIPTEN_KEEPALIVE bool core_busy(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.at(task).busy();
}

EMSCRIPTEN_KEEPALIVE std::uint32_t core_activeWorkers(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.at(task).activeWorkers();
}

EMSCRIPTEN_KEEPALIVE std::uint32_t core_runningOn(RuntimeBinding* self, TaskIndex task,
                                                  WorkerIndex worker) {
  return self->runtime.at(task).runningOn(worker);
}

EMSCRIPTEN_KEEPALIVE int core_soleOpenTrace(RuntimeBinding* self) {
  return toJs(self->runtime.tracer().soleOpen());
}

EMSCRIPTEN_KEEPALIVE void core_releaseTrace(RuntimeBinding* self, atelier::TraceIndex trace) {
  self->runtime.tracer().release(trace);
  self->traceNames[trace] = emscripten::val::undefined();
}

EMSCRIPTEN_KEEPALIVE void core_delete(RuntimeBinding* self) { delete self; }
}
