// A runtime as JavaScript sees it (js/runtime/core.js has the types, without the prefix `core_`).
// Numbers go in and out as they are, absent indices as -1. Strings stay in JavaScript: they come as
// embind's handles (emscripten/val.h), which each function here takes over.

#include <emscripten.h>
#include <emscripten/val.h>
#include <unistd.h>

#include "runtime_binding.h"

using atelier::core::CallIndex;
using atelier::core::Method;
using atelier::core::Outcome;
using atelier::core::RuntimeBinding;
using atelier::core::TaskIndex;
using atelier::core::toJs;
using atelier::core::TraceIndex;
using atelier::core::WorkerIndex;
using emscripten::EM_VAL;
using emscripten::val;

// In timeline_entries.js.
extern "C" {
std::uint64_t atelier_parse_hex(EM_VAL text, int offset);
}

namespace {

// Text is one that is taken over for the time of a call.
class Text {
 public:
  explicit Text(EM_VAL text) : handle_(atelier::core::textFromJs(text)) {}
  ~Text() { atelier::core::release(handle_); }
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

  atelier::core::TextHandle handle() const { return handle_; }
  bool isUndefined() const { return handle_ == atelier::core::TextHandle::kNone; }

 private:
  atelier::core::TextHandle handle_;
};

// Texts is a failure's texts, held as long as an Outcome refers to them.
struct Texts {
  explicit Texts(EM_VAL errorText, EM_VAL name = val::undefined().release_ownership())
      : error(errorText), errorName(name) {}

  Outcome outcome(int status) const {
    return {.status = static_cast<atelier::core::SpanStatus>(status),
            .error = error.handle(),
            .errorName = errorName.handle()};
  }

  Text error;
  Text errorName;
};

atelier::core::IdGenerator::Seed entropy() {
  atelier::core::IdGenerator::Seed seed{};
  getentropy(seed.data(), sizeof(seed));
  return seed;
}

}  // namespace

extern "C" {

// Runtime.

EMSCRIPTEN_KEEPALIVE RuntimeBinding* createRuntime(bool enabled, bool marks, double sampleRate,
                                                   double retain, bool devtools) {
  const atelier::core::SpanOptions spans{
      .enabled = enabled, .marks = marks, .sampleRate = sampleRate, .retain = retain};
  return new RuntimeBinding(spans, devtools, entropy());
}

EMSCRIPTEN_KEEPALIVE void core_delete(RuntimeBinding* self) { delete self; }

// Tasks.

EMSCRIPTEN_KEEPALIVE TaskIndex core_defineTask(RuntimeBinding* self, bool singleton, EM_VAL taskId,
                                               EM_VAL taskName, std::uint32_t number,
                                               std::uint32_t poolSize, std::uint32_t maxInFlight,
                                               int queuePolicy, std::uint32_t maxQueueDepth,
                                               int crashPolicy, std::uint32_t crashMaxRetries,
                                               double idleTimeoutMs, double terminateAfterMs) {
  const atelier::core::TaskLabel label{
      .id = atelier::core::textFromJs(taskId),
      .name = atelier::core::textFromJs(taskName),
      .type = singleton ? atelier::core::TaskType::kSingleton : atelier::core::TaskType::kParallel,
      .number = number};
  return self->runtime.defineTask(
      {.label = label,
       .poolSize = poolSize,
       .maxInFlight = maxInFlight,
       .queuePolicy = static_cast<atelier::core::QueuePolicy>(queuePolicy),
       .maxQueueDepth = maxQueueDepth,
       .crashPolicy = static_cast<atelier::core::CrashPolicy>(crashPolicy),
       .crashMaxRetries = crashMaxRetries,
       .idleTimeoutMs = idleTimeoutMs,
       .terminateAfterMs = terminateAfterMs});
}

EMSCRIPTEN_KEEPALIVE void core_disposeTask(RuntimeBinding* self, TaskIndex task) {
  self->runtime.disposeTask(task);
}

EMSCRIPTEN_KEEPALIVE void core_forgetTask(RuntimeBinding* self, TaskIndex task) {
  self->forgetTask(task);
}

// Returns what stands for the method in `dispatch`. Workers get its name from the first `bytes` of
// `scratch`.
EMSCRIPTEN_KEEPALIVE const Method* core_defineMethod(RuntimeBinding* self, TaskIndex task,
                                                     EM_VAL name, std::uint32_t bytes) {
  return &self->runtime.defineMethod(task, atelier::core::textFromJs(name), bytes);
}

EMSCRIPTEN_KEEPALIVE std::byte* core_scratch(RuntimeBinding* self) {
  return self->runtime.scratch();
}

// Calls that no worker has.

// Returns -1 if there is no room for one more call: `refuse` has to follow.
EMSCRIPTEN_KEEPALIVE int core_dispatch(RuntimeBinding* self, TaskIndex task, const Method* method,
                                       int trace, bool inferred, double priority) {
  return toJs(self->runtime.dispatch(task, *method,
                                     atelier::core::membershipFromJs(trace, inferred), priority));
}

EMSCRIPTEN_KEEPALIVE void core_refuse(RuntimeBinding* self, TaskIndex task, const Method* method,
                                      int trace, bool inferred, EM_VAL error, EM_VAL errorName) {
  const Texts texts(error, errorName);
  self->runtime.refuse(task, *method, atelier::core::membershipFromJs(trace, inferred),
                       texts.outcome(static_cast<int>(atelier::core::SpanStatus::kError)));
}

EMSCRIPTEN_KEEPALIVE bool core_enqueue(RuntimeBinding* self, CallIndex call) {
  return self->runtime.enqueue(call);
}

// Returns an address, 0 if there is no memory.
EMSCRIPTEN_KEEPALIVE std::byte* core_reserveArguments(RuntimeBinding* self, CallIndex call,
                                                      std::uint32_t bytes) {
  return self->runtime.reserveArguments(call, bytes);
}

EMSCRIPTEN_KEEPALIVE bool core_readyShared(RuntimeBinding* self, CallIndex call,
                                           std::uint32_t bytes, bool transferResult) {
  return self->runtime.readyShared(call, bytes, transferResult);
}

EMSCRIPTEN_KEEPALIVE void core_readyForMessage(RuntimeBinding* self, CallIndex call) {
  self->runtime.readyForMessage(call);
}

// Returns what is to be done, as the sum of flags (ToDo in js/runtime/core.js).
EMSCRIPTEN_KEEPALIVE int core_offer(RuntimeBinding* self, TaskIndex task) {
  const auto [wake, bring, start, later] = self->runtime.offer(task);
  return (wake ? 1 : 0) | (bring ? 2 : 0) | (start ? 4 : 0) | (later ? 8 : 0);
}

EMSCRIPTEN_KEEPALIVE void core_wakeWorkers(RuntimeBinding* self, TaskIndex task) {
  self->runtime.at(task).wakeWorkers();
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
  return assignment ? static_cast<int>(assignment->call) : atelier::core::kNone;
}

EMSCRIPTEN_KEEPALIVE bool core_awaitsClaim(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.at(task).awaitsClaim();
}

// Calls that a worker has.

// Whether this worker has this call. Any numbers may be asked for.
EMSCRIPTEN_KEEPALIVE bool core_holds(RuntimeBinding* self, TaskIndex task, WorkerIndex worker,
                                     CallIndex call, std::uint32_t generation) {
  return self->runtime.holds(task, worker, call, generation);
}

EMSCRIPTEN_KEEPALIVE int core_workerOf(RuntimeBinding* self, CallIndex call) {
  return toJs(self->runtime.call(call).worker);
}

EMSCRIPTEN_KEEPALIVE std::uint32_t core_generationOf(RuntimeBinding* self, CallIndex call) {
  return self->runtime.record(call).generation;
}

EMSCRIPTEN_KEEPALIVE const atelier::core::SharedCallHeader* core_recordOf(RuntimeBinding* self,
                                                                          CallIndex call) {
  return &self->runtime.record(call);
}

EMSCRIPTEN_KEEPALIVE void core_release(RuntimeBinding* self, CallIndex call) {
  self->runtime.release(call);
}

// Returns whether there is room for what has to be kept of it.
EMSCRIPTEN_KEEPALIVE bool core_lose(RuntimeBinding* self, CallIndex call) {
  return self->runtime.lose(call);
}

EMSCRIPTEN_KEEPALIVE bool core_complete(RuntimeBinding* self, CallIndex call,
                                        std::uint32_t generation) {
  return self->runtime.complete(call, generation, atelier::core::Outcome{});
}

EMSCRIPTEN_KEEPALIVE bool core_fail(RuntimeBinding* self, CallIndex call, std::uint32_t generation,
                                    int status, EM_VAL error, EM_VAL errorName) {
  const Texts texts(error, errorName);
  return self->runtime.complete(call, generation, texts.outcome(status));
}

EMSCRIPTEN_KEEPALIVE void core_requestCancel(RuntimeBinding* self, CallIndex call) {
  self->runtime.requestCancel(call);
}

// Returns whether a worker holds the call and should be told.
EMSCRIPTEN_KEEPALIVE bool core_withdraw(RuntimeBinding* self, CallIndex call, int status,
                                        EM_VAL error, EM_VAL errorName) {
  const Texts texts(error, errorName);
  return self->runtime.withdraw(call, texts.outcome(status)) ==
         atelier::core::Runtime::Withdrawal::kHeld;
}

EMSCRIPTEN_KEEPALIVE void core_abandon(RuntimeBinding* self, CallIndex call, int status,
                                       EM_VAL error, EM_VAL errorName) {
  const Texts texts(error, errorName);
  self->runtime.abandon(call, texts.outcome(status));
}

EMSCRIPTEN_KEEPALIVE bool core_retry(RuntimeBinding* self, CallIndex call) {
  return self->runtime.retry(call);
}

EMSCRIPTEN_KEEPALIVE int core_firstStranded(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.firstStranded(task));
}

EMSCRIPTEN_KEEPALIVE int core_firstHeld(RuntimeBinding* self, TaskIndex task, WorkerIndex worker) {
  return toJs(self->runtime.firstHeld(task, worker));
}

// News from workers.

// Returns the record's address, 0 if there is none.
EMSCRIPTEN_KEEPALIVE const atelier::core::SharedCallHeader* core_nextCompletion(
    RuntimeBinding* self) {
  return self->runtime.nextCompletion();
}

// The word that the owner may wait on (CompletionQueue::signal).
EMSCRIPTEN_KEEPALIVE void* core_signal(RuntimeBinding* self) {
  return &self->runtime.completions().signal();
}

EMSCRIPTEN_KEEPALIVE bool core_beginPolling(RuntimeBinding* self) {
  return self->runtime.completions().beginPolling();
}

EMSCRIPTEN_KEEPALIVE bool core_poll(RuntimeBinding* self) {
  return self->runtime.completions().poll(self->clock);
}

EMSCRIPTEN_KEEPALIVE bool core_endPolling(RuntimeBinding* self) {
  return self->runtime.completions().endPolling();
}

EMSCRIPTEN_KEEPALIVE void core_setWakesByMessage(RuntimeBinding* self, bool value) {
  self->futex.setWakesOwnerByMessage(value);
}

// Workers.

EMSCRIPTEN_KEEPALIVE void core_startWorkers(RuntimeBinding* self, TaskIndex task) {
  self->runtime.at(task).startAll();
}

EMSCRIPTEN_KEEPALIVE void core_stopWorkers(RuntimeBinding* self, TaskIndex task) {
  self->runtime.at(task).stopAll();
}

EMSCRIPTEN_KEEPALIVE int core_nextWorkerToStart(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextWorkerToStart(task));
}

EMSCRIPTEN_KEEPALIVE int core_nextWorkerToEnd(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextWorkerToEnd(task));
}

EMSCRIPTEN_KEEPALIVE atelier::core::WorkerChannel* core_channelOf(RuntimeBinding* self,
                                                                  TaskIndex task,
                                                                  WorkerIndex worker) {
  return self->runtime.at(task).worker(worker).channel.get();
}

EMSCRIPTEN_KEEPALIVE void core_workerReady(RuntimeBinding* self, TaskIndex task, WorkerIndex worker,
                                           double sentMs, double workerMs, double clockOffsetMs) {
  self->runtime.workerReady(task, worker, sentMs, workerMs, clockOffsetMs);
}

EMSCRIPTEN_KEEPALIVE void core_messagePosted(RuntimeBinding* self, TaskIndex task,
                                             WorkerIndex worker) {
  atelier::core::WorkerChannel* channel = core_channelOf(self, task, worker);
  if (channel != nullptr) channel->messagePosted();
}

EMSCRIPTEN_KEEPALIVE void core_workerEnded(RuntimeBinding* self, TaskIndex task,
                                           WorkerIndex worker) {
  self->runtime.workerEnded(task, worker);
}

EMSCRIPTEN_KEEPALIVE void core_workerCrashed(RuntimeBinding* self, TaskIndex task,
                                             WorkerIndex worker) {
  self->runtime.workerCrashed(task, worker);
}

// `channel` is the address of the one that it had.
EMSCRIPTEN_KEEPALIVE void core_workerStopped(RuntimeBinding* self,
                                             const atelier::core::WorkerChannel* channel) {
  self->runtime.workerStopped(channel);
}

// In ms; Infinity if the timer is not to be set.
EMSCRIPTEN_KEEPALIVE double core_timerDelayMs(RuntimeBinding* self, TaskIndex task) {
  return self->runtime.at(task).timerDelayMs();
}

EMSCRIPTEN_KEEPALIVE int core_nextWorkerToTerminate(RuntimeBinding* self, TaskIndex task) {
  return toJs(self->runtime.nextWorkerToTerminate(task));
}

// Counters.

// Before the counters below: brings them up to date.
EMSCRIPTEN_KEEPALIVE void core_count(RuntimeBinding* self, TaskIndex task) {
  self->runtime.at(task).countInFlight();
}

EMSCRIPTEN_KEEPALIVE double core_totalDispatched(RuntimeBinding* self, TaskIndex task) {
  return static_cast<double>(self->runtime.totalDispatched(task));
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

EMSCRIPTEN_KEEPALIVE std::uint32_t core_inFlightOn(RuntimeBinding* self, TaskIndex task,
                                                   WorkerIndex worker) {
  return self->runtime.at(task).worker(worker).inFlight;
}

// Traces.

EMSCRIPTEN_KEEPALIVE TraceIndex core_startTrace(RuntimeBinding* self, EM_VAL name, int parent) {
  // Held until `releaseTrace`.
  return self->runtime.tracer().start(atelier::core::textFromJs(name),
                                      atelier::core::traceFromJs(parent));
}

EMSCRIPTEN_KEEPALIVE int core_soleOpenTrace(RuntimeBinding* self) {
  return toJs(self->runtime.tracer().soleOpen());
}

// Returns the address of 16 bytes, to be read at once.
EMSCRIPTEN_KEEPALIVE const atelier::core::TraceId* core_traceId(RuntimeBinding* self,
                                                                TraceIndex trace) {
  return &self->runtime.tracer().id(trace);
}

EMSCRIPTEN_KEEPALIVE void core_endTrace(RuntimeBinding* self, TraceIndex trace, int status,
                                        EM_VAL error) {
  const Texts texts(error);
  self->runtime.tracer().end(trace, texts.outcome(status));
}

EMSCRIPTEN_KEEPALIVE void core_endAllTraces(RuntimeBinding* self, int status, EM_VAL error) {
  const Texts texts(error);
  self->runtime.tracer().endAll(texts.outcome(status));
}

EMSCRIPTEN_KEEPALIVE void core_releaseTrace(RuntimeBinding* self, TraceIndex trace) {
  atelier::core::release(self->runtime.tracer().name(trace));
  self->runtime.tracer().release(trace);
}

// Measures.

// Ids are lowercase hex digits of the right length, or undefined; task is a task's number, -1 for
// any.
EMSCRIPTEN_KEEPALIVE void core_clearMeasures(RuntimeBinding* self, EM_VAL traceId, int task,
                                             EM_VAL spanId) {
  const Text trace(traceId);
  const Text span(spanId);
  atelier::core::MeasureFilter filter;
  if (!trace.isUndefined()) {
    filter.trace = {.high = atelier_parse_hex(traceId, 0), .low = atelier_parse_hex(traceId, 16)};
  }
  if (task != atelier::core::kNone) filter.task = static_cast<std::uint32_t>(task);
  if (!span.isUndefined()) filter.span = {atelier_parse_hex(spanId, 0)};
  self->runtime.timeline().clearMeasures(filter);
}
}
