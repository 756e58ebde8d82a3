#include "atelier/timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

using testing::RecordingSink;
using Kind = testing::Entry::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Span span(std::uint64_t id, std::optional<TraceRef> trace = std::nullopt) {
  Span result;
  result.id = {id};
  result.trace = trace;
  result.startMs = static_cast<double>(id);
  return result;
}

SpanEnd endAt(double endMs) {
  SpanEnd end;
  end.endMs = endMs;
  return end;
}

TEST(Timeline, MakesTheFiveCallsOfASpanInOrder) {
  RecordingSink sink;
  Timeline timeline(sink, {});
  const bool marked = timeline.start(span(1));
  timeline.end(span(1), endAt(9), marked);
  EXPECT_THAT(sink.kinds(),
              ElementsAre(Kind::kMarkStart, Kind::kMarkEnd, Kind::kMeasure, Kind::kClearMarks));
}

TEST(Timeline, MakesOneMeasureAndNoMarkWithoutMarks) {
  RecordingSink sink;
  Timeline timeline(sink, {.marks = false});
  timeline.end(span(1), endAt(9), timeline.start(span(1)));
  EXPECT_THAT(sink.kinds(), ElementsAre(Kind::kMeasure));
}

TEST(Timeline, BoundsTheOpenMarksAndMakesLaterOnesWithTheirTrueTime) {
  RecordingSink sink;
  Timeline timeline(sink, {.retain = std::numeric_limits<double>::infinity()});
  const std::size_t many = Timeline::kMaxOpenMarks + 10;
  std::vector<bool> marked;
  for (std::size_t i = 0; i < many; ++i) marked.push_back(timeline.start(span(i + 1)));
  EXPECT_THAT(sink.entries, SizeIs(Timeline::kMaxOpenMarks));
  EXPECT_FALSE(marked.back());

  sink.entries.clear();
  timeline.end(span(many), endAt(1e6), marked.back());
  ASSERT_EQ(sink.entries.front().kind, Kind::kMarkStart);
  EXPECT_EQ(sink.entries.front().startMs, static_cast<double>(many));

  timeline.end(span(1), endAt(1e6), marked.front());
  EXPECT_TRUE(timeline.start(span(many + 1)));  // a place is free again
}

TEST(Timeline, GivesEachMeasureALengthAndEndsATraceAfterItsSpans) {
  RecordingSink sink;
  Timeline timeline(sink, {});
  TraceSpan trace;
  trace.startMs = 11609.9;
  const bool marked = timeline.start(trace);
  Span within = span(1);
  within.startMs = 11610;
  timeline.end(within, endAt(11610), timeline.start(within));
  timeline.end(trace, 11610, 1, {}, marked);
  TraceSpan empty;
  empty.startMs = 11610.1;
  timeline.end(empty, 11610.1, 0, {}, timeline.start(empty));
  const auto measures = sink.of(Kind::kMeasure);
  ASSERT_THAT(measures, SizeIs(3));
  for (const auto& measure : measures) {
    EXPECT_GE(measure.endMs - measure.startMs, Timeline::kLeastMs);
  }
  EXPECT_EQ(measures[1].endMs, measures[0].endMs);
}

TEST(Timeline, ClearsTheOldestMeasuresBeyondThoseRetained) {
  RecordingSink sink;
  Timeline timeline(sink, {.retain = 2});
  for (std::uint64_t id = 1; id <= 5; ++id) {
    timeline.end(span(id), endAt(9), timeline.start(span(id)));
  }
  EXPECT_EQ(timeline.measuresKept(), 2U);
  const auto cleared = sink.of(Kind::kClearMeasure);
  ASSERT_THAT(cleared, SizeIs(3));
  EXPECT_EQ(cleared[0].id, EntryId(SpanId{1}));
  EXPECT_EQ(cleared[2].id, EntryId(SpanId{3}));
}

TEST(Timeline, RetainsNothingOrEverythingOnDemand) {
  RecordingSink none;
  Timeline clearing(none, {.retain = 0});
  clearing.end(span(1), endAt(9), clearing.start(span(1)));
  EXPECT_EQ(none.entries.back().kind, Kind::kClearMeasure);

  RecordingSink all;
  Timeline keeping(all, {.retain = std::numeric_limits<double>::infinity()});
  for (std::uint64_t id = 1; id <= 3'000; ++id) {
    keeping.end(span(id), endAt(9), keeping.start(span(id)));
  }
  EXPECT_THAT(all.of(Kind::kClearMeasure), IsEmpty());
}

class ClearMeasures : public ::testing::Test {
 protected:
  ClearMeasures() {
    record(span(1), 0);
    record(span(2, TraceRef{.id = kTrace}), 0);
    record(span(3, TraceRef{.id = kTrace}), 1);
    TraceSpan trace;
    trace.id = kTrace;
    timeline.end(trace, 9, 2, {}, timeline.start(trace));
    sink.entries.clear();
  }

  void record(Span s, std::uint32_t task) {
    s.task.number = task;
    timeline.end(s, endAt(9), timeline.start(s));
  }

  static constexpr TraceId kTrace{5, 6};
  RecordingSink sink;
  Timeline timeline{sink, {}};
};

TEST_F(ClearMeasures, ClearsAllWithoutAFilter) {
  timeline.clearMeasures({});
  EXPECT_THAT(sink.entries, SizeIs(4));
  EXPECT_EQ(timeline.measuresKept(), 0U);
}

TEST_F(ClearMeasures, SelectsByTraceTheTraceItselfIncluded) {
  timeline.clearMeasures({.trace = kTrace, .task = std::nullopt, .span = std::nullopt});
  EXPECT_THAT(sink.entries, SizeIs(3));
}

TEST_F(ClearMeasures, CombinesConditions) {
  timeline.clearMeasures({.trace = kTrace, .task = 1, .span = std::nullopt});
  ASSERT_THAT(sink.entries, SizeIs(1));
  EXPECT_EQ(sink.entries[0].id, EntryId(SpanId{3}));
  timeline.clearMeasures({.trace = std::nullopt, .task = std::nullopt, .span = SpanId{1}});
  ASSERT_THAT(sink.entries, SizeIs(2));
  EXPECT_EQ(sink.entries[1].id, EntryId(SpanId{1}));
}

}  // namespace
}  // namespace atelier::core
