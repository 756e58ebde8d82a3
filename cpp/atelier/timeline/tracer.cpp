#include "atelier/timeline/tracer.h"

#include <algorithm>

namespace atelier::core {

TraceIndex Tracer::start(TextHandle name, std::optional<TraceIndex> parent) {
  auto index = static_cast<TraceIndex>(traces_.size());
  if (free_.empty()) {
    traces_.push_back(nullptr);
  } else {
    index = free_.back();
    free_.pop_back();
  }

  const SpanOptions& options = timeline_.options();
  traces_[index] = std::make_unique<Trace>();
  Trace& trace = *traces_[index];
  trace.span.id = ids_.nextTraceId();
  trace.span.name = name;
  trace.span.startMs = clock_.nowMs();
  trace.open = true;
  if (parent) {
    const Trace& outer = *traces_[*parent];
    trace.parent = parent;
    trace.span.parent = outer.span.id;
    trace.sampled = outer.sampled;
  } else {
    trace.sampled = options.enabled && ids_.nextUnit() < options.sampleRate;
  }
  open_.push_back(index);
  if (trace.sampled) trace.marked = timeline_.start(trace.span);
  return index;
}

void Tracer::end(TraceIndex index, const Outcome& outcome) {
  Trace& trace = *traces_[index];
  if (!trace.open) return;
  trace.open = false;
  open_.erase(std::find(open_.begin(), open_.end(), index));
  if (trace.sampled) {
    timeline_.end(trace.span, clock_.nowMs(), trace.spanCount, outcome, trace.marked);
  }
}

void Tracer::endAll(const Outcome& outcome) {
  while (!open_.empty()) end(open_.back(), outcome);
}

std::optional<TraceIndex> Tracer::soleOpen() const {
  if (open_.empty()) return std::nullopt;
  for (std::size_t i = 1; i < open_.size(); ++i) {
    if (!isInside(open_[i], open_[i - 1])) return std::nullopt;
  }
  return open_.back();
}

TraceRef Tracer::countSpan(const Membership& membership) {
  Trace& trace = *traces_[membership.trace];
  ++trace.spanCount;
  return {.id = trace.span.id, .name = trace.span.name, .inferred = membership.inferred};
}

bool Tracer::isInside(TraceIndex inner, TraceIndex outer) const {
  std::optional<TraceIndex> trace = traces_[inner]->parent;
  while (trace && *trace != outer) trace = traces_[*trace]->parent;
  return trace.has_value();
}

}  // namespace atelier::core
