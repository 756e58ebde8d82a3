#pragma once

// A clock, a futex, an inbox and a sink for the core's tests, in the place of the platform's; and
// repeatable chance.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "atelier/clock.h"
#include "atelier/dispatch/runtime.h"
#include "atelier/timeline/timeline_sink.h"

namespace atelier::core::testing {

class ManualClock final : public Clock {
 public:
  double nowMs() const override { return nowMs_; }
  void advance(double ms) { nowMs_ += ms; }

 private:
  double nowMs_ = 0;
};

// Budgets that no test exhausts by accident.
inline HeapBudgets unbounded() {
  constexpr std::size_t kPlenty = std::size_t{1} << 30;
  return {.calls = HeapBudget(kPlenty), .payloads = HeapBudget(kPlenty)};
}

class ThreadFutex final : public Futex {
 public:
  void wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected,
            double timeoutMs) override {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, std::chrono::duration<double, std::milli>(timeoutMs),
                    [&] { return word.load(std::memory_order_seq_cst) != expected; });
  }
  void wake(const std::atomic<std::uint32_t>&) override {
    const std::lock_guard lock(mutex_);
    woken_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
};

// Makes a call that is ready to be brought to a worker by a message.
inline CallIndex dispatchByMessage(Runtime& runtime, TaskIndex task,
                                   std::optional<Membership> trace = std::nullopt,
                                   double priority = 0) {
  static const Method method;
  const CallIndex call = *runtime.dispatch(task, method, trace, priority);
  runtime.enqueue(call);
  runtime.readyForMessage(call);
  return call;
}

// Makes a call that any worker may claim.
inline CallIndex dispatchShared(Runtime& runtime, TaskIndex task, double priority = 0) {
  static const Method method;
  const CallIndex call = *runtime.dispatch(task, method, std::nullopt, priority);
  runtime.enqueue(call);
  runtime.readyShared(call, 0, true);
  runtime.offer(task);
  return call;
}

// Returns a task whose counters are up to date.
inline Task& count(Runtime& runtime, TaskIndex task) {
  runtime.at(task).countInFlight();
  return runtime.at(task);
}

// Begins to poll, as an owner does that has made a few calls. Returns false if it never does.
inline bool beginPolling(CompletionQueue& completions) {
  constexpr int kManyCalls = 1'000;
  for (int call = 0; call < kManyCalls; ++call) {
    if (completions.beginPolling()) return true;
  }
  return false;
}

// Claims a call as a worker would.
inline bool claim(CallRecord& record, double nowMs) {
  if (!record.claim(record.generation, 0)) return false;
  record.start(nowMs);
  return true;
}

// An event loop's queue of messages, in the place of postMessage.
template <typename Message>
class Inbox {
 public:
  void post(Message message) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(std::move(message));
    filled_.notify_one();
  }

  // Waits for the next message.
  Message take() {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [&] { return !messages_.empty(); });
    return next();
  }

  // Waits for the next message; returns nothing if there is none until then.
  std::optional<Message> takeUntil(std::chrono::steady_clock::time_point time) {
    std::unique_lock lock(mutex_);
    if (!filled_.wait_until(lock, time, [&] { return !messages_.empty(); })) return std::nullopt;
    return next();
  }

 private:
  Message next() {
    Message message = std::move(messages_.front());
    messages_.pop_front();
    return message;
  }

  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<Message> messages_;
};

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  // Returns a number in [0, end).
  unsigned below(std::size_t end) {
    return std::uniform_int_distribution<unsigned>(0, static_cast<unsigned>(end) - 1)(engine_);
  }

 private:
  std::mt19937 engine_;
};

// What a sink was asked to make, in order.
struct Entry {
  enum class Kind { kMarkStart, kMarkEnd, kMeasure, kClearMarks, kClearMeasure };

  Kind kind;
  EntryId id;
  double startMs = 0;
  double endMs = 0;
  std::optional<Span> span;
  std::optional<SpanEnd> spanEnd;
  std::optional<TraceSpan> trace;
  std::uint32_t spanCount = 0;
  SpanStatus status = SpanStatus::kOk;
};

class RecordingSink final : public TimelineSink {
 public:
  using Kind = Entry::Kind;

  void markStart(const Span& span) override {
    add({.kind = Kind::kMarkStart, .id = span.id, .startMs = span.startMs, .span = span});
  }
  void markEnd(const Span& span, double endMs) override {
    add({.kind = Kind::kMarkEnd, .id = span.id, .endMs = endMs, .span = span});
  }
  void measure(const Span& span, const SpanEnd& end) override {
    add({.kind = Kind::kMeasure,
         .id = span.id,
         .startMs = span.startMs,
         .endMs = end.endMs,
         .span = span,
         .spanEnd = end,
         .status = end.outcome.status});
  }
  void clearMarks(const Span& span) override { add({.kind = Kind::kClearMarks, .id = span.id}); }

  void markStart(const TraceSpan& trace) override {
    add({.kind = Kind::kMarkStart, .id = trace.id, .startMs = trace.startMs, .trace = trace});
  }
  void markEnd(const TraceSpan& trace, double endMs) override {
    add({.kind = Kind::kMarkEnd, .id = trace.id, .endMs = endMs, .trace = trace});
  }
  void measure(const TraceSpan& trace, double endMs, std::uint32_t spanCount,
               const Outcome& outcome) override {
    add({.kind = Kind::kMeasure,
         .id = trace.id,
         .startMs = trace.startMs,
         .endMs = endMs,
         .trace = trace,
         .spanCount = spanCount,
         .status = outcome.status});
  }
  void clearMarks(const TraceSpan& trace) override {
    add({.kind = Kind::kClearMarks, .id = trace.id});
  }

  void clearMeasure(const EntryId& entry) override {
    add({.kind = Kind::kClearMeasure, .id = entry});
  }

  // Those of one kind, in order.
  std::vector<Entry> of(Kind kind) const {
    std::vector<Entry> found;
    for (const Entry& entry : entries) {
      if (entry.kind == kind) found.push_back(entry);
    }
    return found;
  }
  std::vector<Kind> kinds() const {
    std::vector<Kind> found;
    for (const Entry& entry : entries) found.push_back(entry.kind);
    return found;
  }

  std::vector<Entry> entries;

 private:
  void add(const Entry& entry) { entries.push_back(entry); }
};

}  // namespace atelier::core::testing
