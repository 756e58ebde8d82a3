// What strings cross the boundary with, through embind. A string stays in JavaScript: the core
// passes its handle on.

#include <emscripten/bind.h>
#include <unistd.h>

#include "runtime_binding.h"

using emscripten::val;

// In timeline_entries.js.
extern "C" {
emscripten::EM_VAL atelier_trace_id(std::uint64_t high, std::uint64_t low);
std::uint64_t atelier_parse_hex(emscripten::EM_VAL text, int offset);
}

namespace atelier {
namespace {

// JavaScript has a runtime's address and passes it back in. Not embind's class_: its glue for
// pointers, copies and base classes weighs as much as all else of embind.
using Address = std::uintptr_t;

RuntimeBinding& bindingAt(Address address) { return *reinterpret_cast<RuntimeBinding*>(address); }
Runtime& runtimeAt(Address address) { return bindingAt(address).runtime; }

Outcome outcome(int status, const val& error, const val& errorName) {
  return {.status = static_cast<SpanStatus>(status),
          .error = handleOf(error),
          .errorName = handleOf(errorName)};
}

IdGenerator::Seed entropy() {
  IdGenerator::Seed seed{};
  getentropy(seed.data(), sizeof(seed));
  return seed;
}

std::uint64_t parseHex(const val& text, int offset) {
  return atelier_parse_hex(text.as_handle(), offset);
}

Address createRuntime(bool enabled, bool marks, double sampleRate, double retain, bool devtools) {
  const SpanOptions spans{
      .enabled = enabled, .marks = marks, .sampleRate = sampleRate, .retain = retain};
  return reinterpret_cast<Address>(new RuntimeBinding(spans, devtools, entropy()));
}

int defineTask(Address runtime, bool singleton, const val& taskId, const val& taskName,
               std::uint32_t poolSize, std::uint32_t maxInFlight, int queuePolicy,
               std::uint32_t maxQueueDepth, int crashPolicy, std::uint32_t crashMaxRetries) {
  RuntimeBinding& binding = bindingAt(runtime);
  const TaskLabel label{.id = binding.hold(taskId),
                        .name = binding.hold(taskName),
                        .type = singleton ? TaskType::kSingleton : TaskType::kParallel};
  const TaskConfig config{.label = label,
                          .poolSize = poolSize,
                          .maxInFlight = maxInFlight,
                          .queuePolicy = static_cast<QueuePolicy>(queuePolicy),
                          .maxQueueDepth = maxQueueDepth,
                          .crashPolicy = static_cast<CrashPolicy>(crashPolicy),
                          .crashMaxRetries = crashMaxRetries};
  return static_cast<int>(binding.runtime.defineTask(config));
}

// Returns what stands for the method in `dispatch`. Workers get its name from the first `bytes` of
// `scratch`.
std::uintptr_t defineMethod(Address runtime, const val& name, std::uint32_t bytes) {
  RuntimeBinding& binding = bindingAt(runtime);
  return reinterpret_cast<std::uintptr_t>(&binding.runtime.defineMethod(binding.hold(name), bytes));
}

bool fail(Address runtime, CallIndex call, std::uint32_t generation, int status, const val& error,
          const val& errorName) {
  return runtimeAt(runtime).complete(call, generation, outcome(status, error, errorName));
}

// Returns whether a worker holds the call and should be told.
bool withdraw(Address runtime, CallIndex call, int status, const val& error, const val& errorName) {
  const Outcome reason = outcome(status, error, errorName);
  return runtimeAt(runtime).withdraw(call, reason) == Runtime::Withdrawal::kHeld;
}

void abandon(Address runtime, CallIndex call, int status, const val& error, const val& errorName) {
  runtimeAt(runtime).abandon(call, outcome(status, error, errorName));
}

int startTrace(Address runtime, const val& name, int parent) {
  RuntimeBinding& binding = bindingAt(runtime);
  const TraceIndex index = binding.runtime.tracer().start(handleOf(name), traceFromJs(parent));
  if (binding.traceNames.size() <= index) binding.traceNames.resize(index + 1);
  binding.traceNames[index] = name;
  return static_cast<int>(index);
}

val traceId(Address runtime, TraceIndex trace) {
  const TraceId id = runtimeAt(runtime).tracer().id(trace);
  return val::take_ownership(atelier_trace_id(id.high, id.low));
}

void endTrace(Address runtime, TraceIndex trace, int status, const val& error) {
  runtimeAt(runtime).tracer().end(trace, outcome(status, error, val::undefined()));
}

void endAllTraces(Address runtime, int status, const val& error) {
  runtimeAt(runtime).tracer().endAll(outcome(status, error, val::undefined()));
}

// Ids are lowercase hex digits of the right length, or undefined; task is -1 for any.
void clearMeasures(Address runtime, const val& traceId, int task, const val& spanId) {
  MeasureFilter filter;
  if (!traceId.isUndefined()) filter.trace = {parseHex(traceId, 0), parseHex(traceId, 16)};
  if (task != kNone) filter.task = static_cast<TaskIndex>(task);
  if (!spanId.isUndefined()) filter.span = {parseHex(spanId, 0)};
  runtimeAt(runtime).timeline().clearMeasures(filter);
}

}  // namespace
}  // namespace atelier

EMSCRIPTEN_BINDINGS(atelier) {
  using emscripten::function;

  function("createRuntime", &atelier::createRuntime);
  function("core_defineTask", &atelier::defineTask);
  function("core_defineMethod", &atelier::defineMethod);
  function("core_fail", &atelier::fail);
  function("core_withdraw", &atelier::withdraw);
  function("core_abandon", &atelier::abandon);
  function("core_startTrace", &atelier::startTrace);
  function("core_traceId", &atelier::traceId);
  function("core_endTrace", &atelier::endTrace);
  function("core_endAllTraces", &atelier::endAllTraces);
  function("core_clearMeasures", &atelier::clearMeasures);
}
