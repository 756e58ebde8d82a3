#include "atelier/timeline.h"

#include <algorithm>

namespace atelier {
namespace {

bool matches(const MeasureFilter& filter, const EntryId& id, const std::optional<TraceId>& trace,
             const std::optional<std::uint32_t>& task) {
  if (filter.trace && filter.trace != trace) return false;
  if (filter.task && filter.task != task) return false;
  return !filter.span || id == EntryId(*filter.span);
}

}  // namespace

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

void Timeline::end(const Span& span, const SpanEnd& end, bool marked) {
  markEndAround(span, end.endMs, marked, [&] { sink_.measure(span, end); });
  keep({.id = span.id,
        .trace = span.trace ? std::optional(span.trace->id) : std::nullopt,
        .task = span.task.number});
}

bool Timeline::start(const TraceSpan& trace) { return markStart(trace); }

void Timeline::end(const TraceSpan& trace, double endMs, std::uint32_t spanCount,
                   const Outcome& outcome, bool marked) {
  markEndAround(trace, endMs, marked, [&] { sink_.measure(trace, endMs, spanCount, outcome); });
  keep({.id = trace.id, .trace = trace.id, .task = std::nullopt});
}

void Timeline::clearMeasures(const MeasureFilter& filter) {
  kept_.eraseIf([&](const Kept& kept) {
    if (!matches(filter, kept.id, kept.trace, kept.task)) return false;
    sink_.clearMeasure(kept.id);
    return true;
  });
}

void Timeline::keep(const Kept& kept) {
  kept_.pushBack(kept);
  while (static_cast<double>(kept_.size()) > options_.retain) {
    sink_.clearMeasure(kept_.front().id);
    kept_.popFront();
  }
  if (kept_.size() > kMaxRemembered) kept_.popFront();
}

}  // namespace atelier
