#include <emscripten/bind.h>
#include <unistd.h>

#include <charconv>
#include <vector>

#include "atelier/runtime.h"
#include "page_clock.h"
#include "performance_sink.h"
#include "worker_thread.h"

using emscripten::val;

extern "C" emscripten::EM_VAL atelier_trace_id(std::uint64_t high, std::uint64_t low);

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

SpanOptions spanOptions(const val& options) {
  return {.enabled = options["enabled"].as<bool>(),
          .marks = options["marks"].as<bool>(),
          .sampleRate = options["sampleRate"].as<double>(),
          .retain = options["retain"].as<double>()};
}

std::uint64_t parseHex(const std::string& text, std::size_t offset) {
  std::uint64_t value = 0;
  std::from_chars(text.data() + offset, text.data() + offset + 16, value, 16);
  return value;
}

// RuntimeBinding is a Runtime as JavaScript sees it (js/runtime/core.js has its types): numbers in
// and out, absent indices as -1, strings as handles that it holds on to.
class RuntimeBinding {
 public:
  explicit RuntimeBinding(const val& options)
      : sink_(options["devtools"].as<bool>()),
        runtime_(clock_, sink_, entropy(), spanOptions(options)) {}

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

  // Ids are lowercase hex digits of the right length, or empty; task is -1 for any.
  void clearMeasures(const std::string& traceId, int task, const std::string& spanId) {
    MeasureFilter filter;
    if (!traceId.empty()) filter.trace = {parseHex(traceId, 0), parseHex(traceId, 16)};
    if (task != kNone) filter.task = static_cast<TaskIndex>(task);
    if (!spanId.empty()) filter.span = {parseHex(spanId, 0)};
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

}  // namespace
}  // namespace atelier

EMSCRIPTEN_BINDINGS(atelier) {
  using atelier::RuntimeBinding;

  emscripten::class_<RuntimeBinding>("Runtime")
      .constructor<const val&>()
      .function("defineTask", &RuntimeBinding::defineTask)
      .function("defineMethod", &RuntimeBinding::defineMethod)
      .function("dispatch", &RuntimeBinding::dispatch)
      .function("nextOverflow", &RuntimeBinding::nextOverflow)
      .function("nextAdmission", &RuntimeBinding::nextAdmission)
      .function("isWaiting", &RuntimeBinding::isWaiting)
      .function("nextAssignment", &RuntimeBinding::nextAssignment)
      .function("workerOf", &RuntimeBinding::workerOf)
      .function("generationOf", &RuntimeBinding::generationOf)
      .function("recordOf", &RuntimeBinding::recordOf)
      .function("complete", &RuntimeBinding::complete)
      .function("fail", &RuntimeBinding::fail)
      .function("withdraw", &RuntimeBinding::withdraw)
      .function("retry", &RuntimeBinding::retry)
      .function("abandon", &RuntimeBinding::abandon)
      .function("firstStranded", &RuntimeBinding::firstStranded)
      .function("firstHeld", &RuntimeBinding::firstHeld)
      .function("startWorkers", &RuntimeBinding::startWorkers)
      .function("stopWorkers", &RuntimeBinding::stopWorkers)
      .function("nextWorkerToStart", &RuntimeBinding::nextWorkerToStart)
      .function("nextWorkerToEnd", &RuntimeBinding::nextWorkerToEnd)
      .function("workerReady", &RuntimeBinding::workerReady)
      .function("workerEnded", &RuntimeBinding::workerEnded)
      .function("workerCrashed", &RuntimeBinding::workerCrashed)
      .function("stopWorkerIfIdle", &RuntimeBinding::stopWorkerIfIdle)
      .function("restartDelayMs", &RuntimeBinding::restartDelayMs)
      .function("totalDispatched", &RuntimeBinding::totalDispatched)
      .function("pending", &RuntimeBinding::pending)
      .function("waiting", &RuntimeBinding::waiting)
      .function("inFlight", &RuntimeBinding::inFlight)
      .function("activeWorkers", &RuntimeBinding::activeWorkers)
      .function("heldBy", &RuntimeBinding::heldBy)
      .function("startTrace", &RuntimeBinding::startTrace)
      .function("soleOpenTrace", &RuntimeBinding::soleOpenTrace)
      .function("traceId", &RuntimeBinding::traceId)
      .function("endTrace", &RuntimeBinding::endTrace)
      .function("endAllTraces", &RuntimeBinding::endAllTraces)
      .function("releaseTrace", &RuntimeBinding::releaseTrace)
      .function("clearMeasures", &RuntimeBinding::clearMeasures);

  emscripten::function("startWorkerThread", &atelier::startWorkerThread);
  emscripten::function("forgetWorkerThread", &atelier::forgetWorkerThread);
}
