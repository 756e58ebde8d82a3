#pragma once

#include <emscripten/val.h>

#include "atelier/timeline/timeline_sink.h"

namespace atelier::core {

// PerformanceSink makes the entries with the page's own performance.mark, measure and clear methods
// (User Timing Level 3). None of its calls can throw.
class PerformanceSink final : public TimelineSink {
 public:
  // With `devtools` the measures say how Chrome DevTools should show them: a track for each worker,
  // in a group of their own.
  explicit PerformanceSink(bool devtools);

  void markStart(const Span& span) override;
  void markEnd(const Span& span, double endMs) override;
  void measure(const Span& span, const SpanEnd& end) override;
  void clearMarks(const Span& span) override;

  void markStart(const TraceSpan& trace) override;
  void markEnd(const TraceSpan& trace, double endMs) override;
  void measure(const TraceSpan& trace, double endMs, std::uint32_t spanCount,
               const Outcome& outcome) override;
  void clearMarks(const TraceSpan& trace) override;

  void clearMeasure(const EntryId& entry) override;

 private:
  bool devtools_;
  emscripten::val mark_;
  emscripten::val measure_;
  emscripten::val clearMarks_;
  emscripten::val clearMeasures_;
};

}  // namespace atelier::core
