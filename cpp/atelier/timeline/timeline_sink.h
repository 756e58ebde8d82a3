#pragma once

#include <variant>

#include "atelier/span.h"

namespace atelier::core {

// EntryId names a measure of ours in the timeline.
using EntryId = std::variant<SpanId, TraceId>;

// TimelineSink makes the timeline's entries; in a page they are the User Timing API's marks and
// measures (https://www.w3.org/TR/user-timing/). Called on the owner thread. It must not fail, must
// not call back into the runtime, and must not keep the references.
class TimelineSink {
 public:
  virtual ~TimelineSink() = default;

  // Makes the start mark, at span.startMs.
  virtual void markStart(const Span& span) = 0;
  // Makes the end mark.
  virtual void markEnd(const Span& span, double endMs) = 0;
  // Makes the measure from span.startMs to end.endMs.
  virtual void measure(const Span& span, const SpanEnd& end) = 0;
  // Clears both marks.
  virtual void clearMarks(const Span& span) = 0;

  virtual void markStart(const TraceSpan& trace) = 0;
  virtual void markEnd(const TraceSpan& trace, double endMs) = 0;
  virtual void measure(const TraceSpan& trace, double endMs, std::uint32_t spanCount,
                       const Outcome& outcome) = 0;
  virtual void clearMarks(const TraceSpan& trace) = 0;

  // Clears one measure.
  virtual void clearMeasure(const EntryId& entry) = 0;
};

}  // namespace atelier::core
