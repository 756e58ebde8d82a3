#include "performance_sink.h"

#include <cstdint>

using emscripten::val;

// Built by timeline_entries.js, by parameters of the same names in the same order: a check compares
// them (scripts/test/boundary.mjs). A struct in memory would take 0.1 KB more.
extern "C" {
using emscripten::EM_VAL;

EM_VAL atelier_guarded(EM_VAL method);
EM_VAL atelier_span_name(std::uint64_t span, int suffix);
EM_VAL atelier_trace_name(std::uint64_t high, std::uint64_t low, int suffix);
EM_VAL atelier_mark_time(double startTime);
EM_VAL atelier_span_start(std::uint64_t span, bool traced, std::uint64_t high, std::uint64_t low,
                          std::uintptr_t taskId, std::uintptr_t taskName, std::uintptr_t method,
                          double startTime);
EM_VAL atelier_span_measure(std::uint64_t span, bool traced, std::uint64_t high, std::uint64_t low,
                            std::uintptr_t traceName, std::uintptr_t taskId,
                            std::uintptr_t taskName, bool singleton, std::uintptr_t method,
                            double start, double end, int workerIndex, double queueWaitMs,
                            double executionMs, std::uint32_t attemptCount, int status,
                            std::uintptr_t error, std::uintptr_t errorName, bool traceInferred,
                            bool devtools);
void atelier_span_execution(std::uintptr_t taskId, std::uintptr_t taskName, std::uintptr_t method,
                            int workerIndex, double start, double end, int status);
EM_VAL atelier_trace_start(std::uint64_t high, std::uint64_t low, std::uintptr_t traceName,
                           bool nested, std::uint64_t parentHigh, std::uint64_t parentLow,
                           double startTime);
EM_VAL atelier_trace_measure(std::uint64_t high, std::uint64_t low, std::uintptr_t traceName,
                             bool nested, std::uint64_t parentHigh, std::uint64_t parentLow,
                             double start, double end, std::uint32_t spanCount, int status,
                             std::uintptr_t error, bool devtools);
}

namespace atelier::core {
namespace {

enum Suffix : std::uint8_t { kNone, kStart, kEnd };  // timeline_entries.js knows the numbers

std::uintptr_t raw(TextHandle text) { return static_cast<std::uintptr_t>(text); }

val guarded(const char* method) {
  return val::take_ownership(atelier_guarded(val(method).as_handle()));
}

val name(const SpanId& id, Suffix suffix) {
  return val::take_ownership(atelier_span_name(id.value, suffix));
}

val name(const TraceId& id, Suffix suffix) {
  return val::take_ownership(atelier_trace_name(id.high, id.low, suffix));
}

val at(double timeMs) { return val::take_ownership(atelier_mark_time(timeMs)); }

}  // namespace

PerformanceSink::PerformanceSink(bool devtools)
    : devtools_(devtools),
      mark_(guarded("mark")),
      measure_(guarded("measure")),
      clearMarks_(guarded("clearMarks")),
      clearMeasures_(guarded("clearMeasures")) {}

void PerformanceSink::markStart(const Span& span) {
  const TraceId trace = span.trace ? span.trace->id : TraceId{};
  mark_(name(span.id, kStart),
        val::take_ownership(atelier_span_start(span.id.value, span.trace.has_value(), trace.high,
                                               trace.low, raw(span.task.id), raw(span.task.name),
                                               raw(span.method), span.startMs)));
}

void PerformanceSink::markEnd(const Span& span, double endMs) {
  mark_(name(span.id, kEnd), at(endMs));
}

void PerformanceSink::measure(const Span& span, const SpanEnd& end) {
  const TraceRef trace = span.trace.value_or(TraceRef{});
  measure_(name(span.id, kNone),
           val::take_ownership(atelier_span_measure(
               span.id.value, span.trace.has_value(), trace.id.high, trace.id.low, raw(trace.name),
               raw(span.task.id), raw(span.task.name), span.task.type == TaskType::kSingleton,
               raw(span.method), span.startMs, end.endMs,
               end.workerIndex ? static_cast<int>(*end.workerIndex) : -1, end.queueWaitMs,
               end.executionMs.value_or(-1), end.attemptCount, static_cast<int>(end.outcome.status),
               raw(end.outcome.error), raw(end.outcome.errorName), trace.inferred, devtools_)));
  if (devtools_ && end.workerIndex && end.executionMs) {
    const double takenMs = span.startMs + end.queueWaitMs;
    atelier_span_execution(raw(span.task.id), raw(span.task.name), raw(span.method),
                           static_cast<int>(*end.workerIndex), takenMs, takenMs + *end.executionMs,
                           static_cast<int>(end.outcome.status));
  }
}

void PerformanceSink::clearMarks(const Span& span) {
  clearMarks_(name(span.id, kStart));
  clearMarks_(name(span.id, kEnd));
}

void PerformanceSink::markStart(const TraceSpan& trace) {
  const TraceId parent = trace.parent.value_or(TraceId{});
  mark_(name(trace.id, kStart),
        val::take_ownership(atelier_trace_start(trace.id.high, trace.id.low, raw(trace.name),
                                                trace.parent.has_value(), parent.high, parent.low,
                                                trace.startMs)));
}

void PerformanceSink::markEnd(const TraceSpan& trace, double endMs) {
  mark_(name(trace.id, kEnd), at(endMs));
}

void PerformanceSink::measure(const TraceSpan& trace, double endMs, std::uint32_t spanCount,
                              const Outcome& outcome) {
  const TraceId parent = trace.parent.value_or(TraceId{});
  measure_(name(trace.id, kNone),
           val::take_ownership(atelier_trace_measure(
               trace.id.high, trace.id.low, raw(trace.name), trace.parent.has_value(), parent.high,
               parent.low, trace.startMs, endMs, spanCount, static_cast<int>(outcome.status),
               raw(outcome.error), devtools_)));
}

void PerformanceSink::clearMarks(const TraceSpan& trace) {
  clearMarks_(name(trace.id, kStart));
  clearMarks_(name(trace.id, kEnd));
}

void PerformanceSink::clearMeasure(const EntryId& entry) {
  std::visit([&](const auto& id) { clearMeasures_(name(id, kNone)); }, entry);
}

}  // namespace atelier::core
