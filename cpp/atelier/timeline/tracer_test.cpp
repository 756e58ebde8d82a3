#include "atelier/timeline/tracer.h"

#include <gtest/gtest.h>

#include "atelier/testing.h"

namespace atelier::core {
namespace {

using Kind = testing::Entry::Kind;

class TracerTest : public ::testing::Test {
 protected:
  TraceIndex start(std::optional<TraceIndex> parent = std::nullopt) {
    return tracer.start(TextHandle::kNone, parent);
  }

  testing::ManualClock clock;
  testing::RecordingSink sink;
  IdGenerator ids{{7}};
  Timeline timeline{sink, {}};
  Tracer tracer{clock, ids, timeline};
};

TEST_F(TracerTest, MeasuresATraceFromStartToEndWithItsSpanCount) {
  clock.advance(3);
  const TraceIndex trace = start();
  tracer.countSpan({trace});
  tracer.countSpan({trace});
  clock.advance(4);
  tracer.end(trace, {.status = SpanStatus::kError});
  const auto measures = sink.of(Kind::kMeasure);
  ASSERT_EQ(measures.size(), 1U);
  EXPECT_EQ(measures[0].startMs, 3);
  EXPECT_EQ(measures[0].endMs, 7);
  EXPECT_EQ(measures[0].spanCount, 2U);
  EXPECT_EQ(measures[0].status, SpanStatus::kError);
}

TEST_F(TracerTest, EndsOnce) {
  const TraceIndex trace = start();
  tracer.end(trace, {});
  tracer.end(trace, {.status = SpanStatus::kError});
  EXPECT_EQ(sink.of(Kind::kMeasure).size(), 1U);
}

TEST_F(TracerTest, NamesTheParentOfANestedTraceAndCountsForItselfOnly) {
  const TraceIndex outer = start();
  const TraceIndex inner = start(outer);
  tracer.countSpan({inner});
  tracer.end(inner, {});
  tracer.end(outer, {});
  const auto measures = sink.of(Kind::kMeasure);
  EXPECT_EQ(measures[0].trace->parent, tracer.id(outer));
  EXPECT_EQ(measures[0].spanCount, 1U);
  EXPECT_EQ(measures[1].trace->parent, std::nullopt);
  EXPECT_EQ(measures[1].spanCount, 0U);
}

TEST_F(TracerTest, TellsTheInnermostOfOneFamilyAndNothingOfTwo) {
  EXPECT_EQ(tracer.soleOpen(), std::nullopt);
  const TraceIndex outer = start();
  EXPECT_EQ(tracer.soleOpen(), outer);
  const TraceIndex middle = start(outer);
  const TraceIndex inner = start(middle);
  EXPECT_EQ(tracer.soleOpen(), inner);
  tracer.end(middle, {});
  EXPECT_EQ(tracer.soleOpen(), inner);
  tracer.end(inner, {});
  EXPECT_EQ(tracer.soleOpen(), outer);
  const TraceIndex unrelated = start();
  EXPECT_EQ(tracer.soleOpen(), std::nullopt);
  tracer.end(outer, {});
  EXPECT_EQ(tracer.soleOpen(), unrelated);
}

TEST_F(TracerTest, TellsNothingBetweenSiblings) {
  const TraceIndex outer = start();
  start(outer);
  start(outer);
  EXPECT_EQ(tracer.soleOpen(), std::nullopt);
}

TEST_F(TracerTest, EndsEverythingTheInnermostFirst) {
  const TraceIndex outer = start();
  const TraceIndex inner = start(outer);
  tracer.endAll({.status = SpanStatus::kCanceled});
  const auto measures = sink.of(Kind::kMeasure);
  ASSERT_EQ(measures.size(), 2U);
  EXPECT_EQ(measures[0].id, EntryId(tracer.id(inner)));
  EXPECT_EQ(measures[1].id, EntryId(tracer.id(outer)));
}

TEST(TracerSampling, DecidesOnceForAWholeTrace) {
  testing::ManualClock clock;
  testing::RecordingSink sink;
  IdGenerator ids{{7}};
  Timeline timeline{sink, {.sampleRate = 0.5}};
  Tracer tracer{clock, ids, timeline};
  int sampled = 0;
  for (int i = 0; i < 1'000; ++i) {
    const TraceIndex outer = tracer.start(TextHandle::kNone, std::nullopt);
    const TraceIndex inner = tracer.start(TextHandle::kNone, outer);
    EXPECT_EQ(tracer.sampled(inner), tracer.sampled(outer));
    sampled += tracer.sampled(outer) ? 1 : 0;
    tracer.end(inner, {});
    tracer.end(outer, {});
    tracer.release(inner);
    tracer.release(outer);
  }
  EXPECT_NEAR(sampled, 500, 60);
  EXPECT_EQ(sink.of(Kind::kMeasure).size(), 2U * static_cast<unsigned>(sampled));
}

}  // namespace
}  // namespace atelier::core
