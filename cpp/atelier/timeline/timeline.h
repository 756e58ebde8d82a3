#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "atelier/timeline/fifo.h"
#include "atelier/timeline/timeline_sink.h"

namespace atelier::core {

// SpanOptions say what of the calls gets into the timeline.
struct SpanOptions {
  bool enabled = true;
  bool marks = true;
  double sampleRate = 1;  // 0..1, decided once per trace, or per span outside a trace
  // Measures kept in the timeline; infinity keeps all. Clearing one takes time linear in those that
  // there are, of which each platform has its own notion.
  double retain = std::numeric_limits<double>::infinity();
};

// MeasureFilter selects measures; an empty field matches all. A trace's measure has no task and no
// span.
struct MeasureFilter {
  std::optional<TraceId> trace;
  std::optional<std::uint32_t> task;  // TaskLabel::number
  std::optional<SpanId> span;
};

// Timeline decides which entries are made when, and for how long they stay; the sink makes them.
// Owner thread only.
class Timeline {
 public:
  // The platform's clearMarks takes time linear in the marks there are, so of a longer queue's
  // calls only this many have their start mark while they are open. Beyond, it is made at the end
  // with its true time; observers see the same entries.
  static constexpr std::size_t kMaxOpenMarks = 1000;

  // So many measures are remembered, to be cleared, whatever is retained. What is beyond stays in
  // the timeline: each measure takes the page 20 times as much memory as it takes here.
  static constexpr std::size_t kMaxRemembered = 500'000;

  // A measure lasts at least so long: viewers leave out what has no length, as much has where
  // clocks are coarse.
  static constexpr double kLeastMs = 0.001;

  Timeline(TimelineSink& sink, const SpanOptions& options) : sink_(sink), options_(options) {}

  const SpanOptions& options() const { return options_; }

  // Returns whether the start mark is in the timeline now: pass that to `end`.
  bool start(const Span& span);
  void end(const Span& span, const SpanEnd& end, bool marked);

  bool start(const TraceSpan& trace);
  void end(const TraceSpan& trace, double endMs, std::uint32_t spanCount, const Outcome& outcome,
           bool marked);

  // Clears the measures of this runtime that the filter selects; never anybody else's.
  void clearMeasures(const MeasureFilter& filter);

  std::size_t measuresKept() const { return kept_.size(); }

 private:
  struct Kept {
    EntryId id() const { return span ? EntryId(*span) : EntryId(*trace); }

    std::optional<SpanId> span;  // none for a trace's own
    std::optional<TraceId> trace;
    std::optional<std::uint32_t> task;
  };

  template <typename Entry>
  bool markStart(const Entry& entry);
  template <typename Entry, typename Measure>
  void markEndAround(const Entry& entry, double endMs, bool marked, const Measure& measure);
  double endOf(double startMs, double endMs);
  static bool matches(const Kept& kept, const MeasureFilter& filter);
  void keep(const Kept& kept);

  TimelineSink& sink_;
  SpanOptions options_;
  std::size_t openMarks_ = 0;
  double latestMs_ = 0;  // when what has ended last has ended
  Fifo<Kept> kept_;
};

}  // namespace atelier::core
