#include <emscripten/bind.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "atelier/runtime.h"
#include "page_clock.h"
#include "performance_sink.h"
#include "worker_thread.h"

using emscripten::val;

// In timeline_entries.js.
extern "C" {
emscripten::EM_VAL atelier_trace_id(std::uint64_t high, std::uint64_t low);
std::uint64_t atelier_parse_hex(emscripten::EM_VAL text, int offset);
}

namespace atelier {
namespace {

// How an absent index crosses the boundary, both ways.
constexpr int kNone = -1;

template <typename Index>
int toJs(const std::optional<Index>& index) {
  return index ? static_cast<int>(*index) : kNone;
}

std::optional<TraceIndex> traceFromJs(int index) {
  return index == kNone ? std::nullopt : std::optional(static_cast<TraceIndex>(index));
}

// The handle stays valid as long as `text` does.
TextHandle handleOf(const val& text) {
  if (text.isUndefined()) return TextHandle::kNone;
  return static_cast<TextHandle>(reinterpret_cast<std::uintptr_t>(text.as_handle()));
}

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

// RuntimeBinding is a Runtime as JavaScript sees it (js/runtime/core.js has its types): numbers in
// and out, absent indices as -1, strings as handles that it holds on to.
class RuntimeBinding {
 public:
  RuntimeBinding(const SpanOptions& spans, bool devtools)
      : sink_(devtools), runtime_(clock_, sink_, entropy(), spans) {}

  int defineTask(bool singleton, const val& taskId, const val& taskName, std::uint32_t poolSize,
                 std::uint32_t maxInFlight, int queuePolicy, std::uint32_t maxQueueDepth,
                 int crashPolicy, std::uint32_t crashMaxRetries) {
    const TaskLabel label{.id = hold(taskId),
                          .name = hold(taskName),
                          .type = singleton ? TaskType::kSingleton : TaskType::kParallel};
    const TaskConfig config{.label = label,
                            .poolSize = poolSize,
                            .maxInFlight = maxInFlight,
                            .queuePolicy = static_cast<QueuePolicy>(queuePolicy),
                            .maxQueueDepth = maxQueueDepth,
                            .crashPolicy = static_cast<CrashPolicy>(crashPolicy),
                            .crashMaxRetries = crashMaxRetries};
    return static_cast<int>(runtime_.defineTask(config));
  }

  // Returns what stands for the method's name in `dispatch`.
  std::uintptr_t defineMethod(const val& name) { return static_cast<std::uintptr_t>(hold(name)); }

  int dispatch(TaskIndex task, std::uintptr_t method, int trace, double priority) {
    return static_cast<int>(
        runtime_.dispatch(task, static_cast<TextHandle>(method), traceFromJs(trace), priority));
  }

  int nextOverflow(TaskIndex task) { return toJs(runtime_.nextOverflow(task)); }
  int nextAdmission(TaskIndex task) { return toJs(runtime_.nextAdmission(task)); }
  bool isWaiting(CallIndex call) { return runtime_.call(call).stage == CallStage::kWaiting; }

  int nextAssignment(TaskIndex task) {
    const auto assignment = runtime_.nextAssignment(task);
    return assignment ? static_cast<int>(assignment->call) : kNone;
  }

  int workerOf(CallIndex call) { return toJs(runtime_.call(call).worker); }
  std::uint32_t generationOf(CallIndex call) { return runtime_.record(call).generation(); }
  std::uintptr_t recordOf(CallIndex call) {
    return reinterpret_cast<std::uintptr_t>(&runtime_.record(call));
  }

  bool complete(CallIndex call, std::uint32_t generation) {
    return runtime_.complete(call, generation, Outcome{});
  }

  bool fail(CallIndex call, std::uint32_t generation, int status, const val& error,
            const val& errorName) {
    return runtime_.complete(call, generation, outcome(status, error, errorName));
  }

  // Returns whether a worker holds the call and should be told.
  bool withdraw(CallIndex call, int status, const val& error, const val& errorName) {
    const Outcome reason = outcome(status, error, errorName);
    return runtime_.withdraw(call, reason) == Runtime::Withdrawal::kHeld;
  }

  bool retry(CallIndex call) { return runtime_.retry(call); }

  void abandon(CallIndex call, int status, const val& error, const val& errorName) {
    runtime_.abandon(call, outcome(status, error, errorName));
  }

  int firstStranded(TaskIndex task) { return toJs(runtime_.firstStranded(task)); }
  int firstHeld(TaskIndex task, WorkerIndex worker) {
    return toJs(runtime_.firstHeld(task, worker));
  }

  void startWorkers(TaskIndex task) { runtime_.at(task).startAll(); }
  void stopWorkers(TaskIndex task) { runtime_.at(task).stopAll(); }
  int nextWorkerToStart(TaskIndex task) { return toJs(runtime_.nextWorkerToStart(task)); }
  int nextWorkerToEnd(TaskIndex task) { return toJs(runtime_.nextWorkerToEnd(task)); }
  void workerReady(TaskIndex task, WorkerIndex worker, double sentMs, double workerMs,
                   double clockOffsetMs) {
    runtime_.workerReady(task, worker, sentMs, workerMs, clockOffsetMs);
  }
  void workerEnded(TaskIndex task, WorkerIndex worker) { runtime_.workerEnded(task, worker); }
  void workerCrashed(TaskIndex task, WorkerIndex worker) { runtime_.workerCrashed(task, worker); }
  void stopWorkerIfIdle(TaskIndex task, WorkerIndex worker) {
    runtime_.at(task).stopIfIdle(worker);
  }
  // In ms; -1 if no restart is held back.
  double restartDelayMs(TaskIndex task) { return runtime_.restartDelayMs(task).value_or(kNone); }

  double totalDispatched(TaskIndex task) {
    return static_cast<double>(runtime_.at(task).totalDispatched());
  }
  std::uint32_t pending(TaskIndex task) { return runtime_.at(task).pending(); }
  std::uint32_t waiting(TaskIndex task) { return runtime_.at(task).waiting(); }
  std::uint32_t inFlight(TaskIndex task) { return runtime_.at(task).inFlight(); }
  std::uint32_t activeWorkers(TaskIndex task) { return runtime_.at(task).activeWorkers(); }
  std::uint32_t heldBy(TaskIndex task, WorkerIndex worker) {
    return runtime_.at(task).worker(worker).calls.size();
  }

  int startTrace(const val& name, int parent) {
    const TraceIndex index = runtime_.tracer().start(handleOf(name), traceFromJs(parent));
    if (traceNames_.size() <= index) traceNames_.resize(index + 1);
    traceNames_[index] = name;
    return static_cast<int>(index);
  }

  int soleOpenTrace() { return toJs(runtime_.tracer().soleOpen()); }

  val traceId(TraceIndex trace) {
    const TraceId id = runtime_.tracer().id(trace);
    return val::take_ownership(atelier_trace_id(id.high, id.low));
  }

  void endTrace(TraceIndex trace, int status, const val& error) {
    runtime_.tracer().end(trace, outcome(status, error, val::undefined()));
  }

  void endAllTraces(int status, const val& error) {
    runtime_.tracer().endAll(outcome(status, error, val::undefined()));
  }

  void releaseTrace(TraceIndex trace) {
    runtime_.tracer().release(trace);
    traceNames_[trace] = val::undefined();
  }

  // Ids are lowercase hex digits of the right length, or undefined; task is -1 for any.
  void clearMeasures(const val& traceId, int task, const val& spanId) {
    MeasureFilter filter;
    if (!traceId.isUndefined()) filter.trace = {parseHex(traceId, 0), parseHex(traceId, 16)};
    if (task != kNone) filter.task = static_cast<TaskIndex>(task);
    if (!spanId.isUndefined()) filter.span = {parseHex(spanId, 0)};
    runtime_.timeline().clearMeasures(filter);
  }

 private:
  TextHandle hold(const val& text) {
    names_.push_back(text);
    return handleOf(text);
  }

  PageClock clock_;
  PerformanceSink sink_;
  std::vector<val> names_;
  std::vector<val> traceNames_;
  Runtime runtime_;
};

// JavaScript has a runtime's address and passes it back in. Not embind's class_: its glue for
// pointers, copies and base classes weighs as much as all else of embind.
std::uintptr_t createRuntime(bool enabled, bool marks, double sampleRate, double retain,
                             bool devtools) {
  const SpanOptions spans{
      .enabled = enabled, .marks = marks, .sampleRate = sampleRate, .retain = retain};
  return reinterpret_cast<std::uintptr_t>(new RuntimeBinding(spans, devtools));
}

RuntimeBinding* runtimeAt(std::uintptr_t address) {
  return reinterpret_cast<RuntimeBinding*>(address);
}

void deleteRuntime(std::uintptr_t address) { delete runtimeAt(address); }

// Method is a method of RuntimeBinding as a function, the runtime's address first.
template <auto method>
struct Method;

template <typename Result, typename... Arguments, Result (RuntimeBinding::*method)(Arguments...)>
struct Method<method> {
  static Result call(std::uintptr_t runtime, Arguments... arguments) {
    return (runtimeAt(runtime)->*method)(std::forward<Arguments>(arguments)...);
  }
};

template <auto method>
void bind(const char* name) {
  emscripten::function(name, &Method<method>::call);
}

}  // namespace
}  // namespace atelier

EMSCRIPTEN_BINDINGS(atelier) {
  using atelier::bind;
  using Runtime = atelier::RuntimeBinding;

  emscripten::function("createRuntime", &atelier::createRuntime);
  bind<&Runtime::defineTask>("core.defineTask");
  bind<&Runtime::defineMethod>("core.defineMethod");
  bind<&Runtime::dispatch>("core.dispatch");
  bind<&Runtime::nextOverflow>("core.nextOverflow");
  bind<&Runtime::nextAdmission>("core.nextAdmission");
  bind<&Runtime::isWaiting>("core.isWaiting");
  bind<&Runtime::nextAssignment>("core.nextAssignment");
  bind<&Runtime::workerOf>("core.workerOf");
  bind<&Runtime::generationOf>("core.generationOf");
  bind<&Runtime::recordOf>("core.recordOf");
  bind<&Runtime::complete>("core.complete");
  bind<&Runtime::fail>("core.fail");
  bind<&Runtime::withdraw>("core.withdraw");
  bind<&Runtime::retry>("core.retry");
  bind<&Runtime::abandon>("core.abandon");
  bind<&Runtime::firstStranded>("core.firstStranded");
  bind<&Runtime::firstHeld>("core.firstHeld");
  bind<&Runtime::startWorkers>("core.startWorkers");
  bind<&Runtime::stopWorkers>("core.stopWorkers");
  bind<&Runtime::nextWorkerToStart>("core.nextWorkerToStart");
  bind<&Runtime::nextWorkerToEnd>("core.nextWorkerToEnd");
  bind<&Runtime::workerReady>("core.workerReady");
  bind<&Runtime::workerEnded>("core.workerEnded");
  bind<&Runtime::workerCrashed>("core.workerCrashed");
  bind<&Runtime::stopWorkerIfIdle>("core.stopWorkerIfIdle");
  bind<&Runtime::restartDelayMs>("core.restartDelayMs");
  bind<&Runtime::totalDispatched>("core.totalDispatched");
  bind<&Runtime::pending>("core.pending");
  bind<&Runtime::waiting>("core.waiting");
  bind<&Runtime::inFlight>("core.inFlight");
  bind<&Runtime::activeWorkers>("core.activeWorkers");
  bind<&Runtime::heldBy>("core.heldBy");
  bind<&Runtime::startTrace>("core.startTrace");
  bind<&Runtime::soleOpenTrace>("core.soleOpenTrace");
  bind<&Runtime::traceId>("core.traceId");
  bind<&Runtime::endTrace>("core.endTrace");
  bind<&Runtime::endAllTraces>("core.endAllTraces");
  bind<&Runtime::releaseTrace>("core.releaseTrace");
  bind<&Runtime::clearMeasures>("core.clearMeasures");
  emscripten::function("core.delete", &atelier::deleteRuntime);

  emscripten::function("startWorkerThread", &atelier::startWorkerThread);
  emscripten::function("forgetWorkerThread", &atelier::forgetWorkerThread);
}
