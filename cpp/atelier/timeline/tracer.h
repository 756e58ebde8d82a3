#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "atelier/clock.h"
#include "atelier/ids.h"
#include "atelier/timeline/timeline.h"

namespace atelier::core {

using TraceIndex = std::uint32_t;

// Membership is the trace that a call is made in.
struct Membership {
  TraceIndex trace;
  bool inferred = false;  // as in TraceRef
};

// Tracer keeps the traces of a runtime: which are open, how they nest, how many spans each has.
// Owner thread only.
//
// Whoever starts a trace holds its index, and the handle of its name, until `release`; and holds on
// to it as long as a call or a trace inside it is under way.
class Tracer {
 public:
  Tracer(const Clock& clock, IdGenerator& ids, Timeline& timeline)
      : clock_(clock), ids_(ids), timeline_(timeline) {}

  // Starts a trace, inside `parent` if given.
  TraceIndex start(TextHandle name, std::optional<TraceIndex> parent);

  // Ends a trace. Ending it again does nothing.
  void end(TraceIndex index, const Outcome& outcome);

  // Ends every open trace, the innermost first.
  void endAll(const Outcome& outcome);

  // Gives the index of an ended trace back for reuse.
  void release(TraceIndex index) { free_.push_back(index); }

  // Returns the innermost open trace if all that are open are one trace and those nested in it, one
  // in the other. Then a dispatch of unknown origin can be counted to it; otherwise it would be a
  // guess.
  std::optional<TraceIndex> soleOpen() const;

  // Counts one more span to a trace. A trace that has ended still takes spans: they carry its id,
  // but its measure, made before, does not count them.
  TraceRef countSpan(const Membership& membership);

  bool sampled(TraceIndex index) const { return traces_[index]->sampled; }
  TextHandle name(TraceIndex index) const { return traces_[index]->span.name; }
  const TraceId& id(TraceIndex index) const { return traces_[index]->span.id; }

 private:
  struct Trace {
    TraceSpan span;
    std::optional<TraceIndex> parent;
    std::uint32_t spanCount = 0;
    bool open = false;
    bool sampled = false;
    bool marked = false;
  };

  bool isInside(TraceIndex inner, TraceIndex outer) const;

  const Clock& clock_;
  IdGenerator& ids_;
  Timeline& timeline_;
  std::vector<std::unique_ptr<Trace>> traces_;
  std::vector<TraceIndex> free_;
  std::vector<TraceIndex> open_;  // in the order of their starts
};

}  // namespace atelier::core
