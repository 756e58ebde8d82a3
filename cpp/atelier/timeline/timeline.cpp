#include "atelier/timeline/timeline.h"

#include <algorithm>

namespace atelier::core {

template <typename Entry>
bool Timeline::markStart(const Entry& entry) {
  if (!options_.marks || openMarks_ >= kMaxOpenMarks) return false;
  ++openMarks_;
  sink_.markStart(entry);
  return true;
}

template <typename Entry, typename Measure>
void Timeline::markEndAround(const Entry& entry, double endMs, bool marked,
                             const Measure& measure) {
  if (options_.marks) {
    if (!marked) sink_.markStart(entry);
    sink_.markEnd(entry, endMs);
  }
  measure();
  if (options_.marks) sink_.clearMarks(entry);
  if (marked) --openMarks_;
}

bool Timeline::start(const Span& span) { return markStart(span); }

// Twice the least, since times are rounded.
double Timeline::endOf(double startMs, double endMs) {
  if (endMs - startMs < kLeastMs) endMs = startMs + 2 * kLeastMs;
  latestMs_ = std::max(latestMs_, endMs);
  return endMs;
}

void Timeline::end(const Span& span, const SpanEnd& end, bool marked) {
  SpanEnd longEnough = end;
  longEnough.endMs = endOf(span.startMs, end.endMs);
  markEndAround(span, longEnough.endMs, marked, [&] { sink_.measure(span, longEnough); });
  keep({.span = span.id,
        .trace = span.trace ? std::optional(span.trace->id) : std::nullopt,
        .task = span.task.number});
}

bool Timeline::start(const TraceSpan& trace) { return markStart(trace); }

void Timeline::end(const TraceSpan& trace, double endMs, std::uint32_t spanCount,
                   const Outcome& outcome, bool marked) {
  endMs = endOf(trace.startMs, std::max(endMs, latestMs_));  // never before its spans
  markEndAround(trace, endMs, marked, [&] { sink_.measure(trace, endMs, spanCount, outcome); });
  keep({.span = std::nullopt, .trace = trace.id, .task = std::nullopt});
}

void Timeline::clearMeasures(const MeasureFilter& filter) {
  kept_.eraseIf([&](const Kept& kept) {
    if (!matches(kept, filter)) return false;
    sink_.clearMeasure(kept.id());
    return true;
  });
}

bool Timeline::matches(const Kept& kept, const MeasureFilter& filter) {
  return (!filter.trace || filter.trace == kept.trace) &&
         (!filter.task || filter.task == kept.task) && (!filter.span || filter.span == kept.span);
}

void Timeline::keep(const Kept& kept) {
  kept_.pushBack(kept);
  while (static_cast<double>(kept_.size()) > options_.retain) {
    sink_.clearMeasure(kept_.front().id());
    kept_.popFront();
  }
  if (kept_.size() > kMaxRemembered) kept_.popFront();
}

}  // namespace atelier::core
