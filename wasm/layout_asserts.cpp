// All that JavaScript reads by offset, or knows by number. Each group names the file that relies on
// it.

#include <cstddef>

#include "atelier/dispatch/task_config.h"
#include "atelier/shared/call_record.h"
#include "atelier/shared/worker_channel.h"
#include "atelier/span.h"
#include "runtime_binding.h"

namespace atelier::core {
namespace {

template <typename Enum>
constexpr bool is(Enum value, int number) {
  return static_cast<int>(value) == number;
}

static_assert(sizeof(void*) == 4);

// js/shared/call-record.js: a call's record, and a method.
static_assert(sizeof(CallRecord) == 256);
static_assert(WorkerChannel::kScratchBytes == 4096);
static_assert(offsetof(SharedCallHeader, span) == 0);
static_assert(offsetof(SharedCallHeader, trace) == 8);
static_assert(offsetof(SharedCallHeader, method) == 24);
static_assert(offsetof(SharedCallHeader, payload) == 28);
static_assert(offsetof(SharedCallHeader, argumentBytes) == 36);
static_assert(offsetof(SharedCallHeader, replyBytes) == 40);
static_assert(offsetof(SharedCallHeader, reply) == 44);
static_assert(offsetof(SharedCallHeader, index) == 48);
static_assert(offsetof(SharedCallHeader, generation) == 52);
static_assert(offsetof(SharedCallHeader, transferResult) == 56);
static_assert(offsetof(Method, nameBytes) == 0);
static_assert(offsetof(Method, name) == 4);

// js/shared/call-record.js: Reply and Finish.
static_assert(is(ReplyKind::kMessage, 0));
static_assert(is(ReplyKind::kResult, 1));
static_assert(is(ReplyKind::kError, 2));
static_assert(is(WorkerChannel::Finish::kDone, 0));
static_assert(is(WorkerChannel::Finish::kTooLarge, 1));
static_assert(is(WorkerChannel::Finish::kGone, 2));

// js/worker/thread.js: IdleStrategy.
static_assert(is(WorkerChannel::IdleStrategy::kReturn, 0));
static_assert(is(WorkerChannel::IdleStrategy::kSpin, 1));
static_assert(is(WorkerChannel::IdleStrategy::kSleep, 2));

// js/runtime/core.js: NONE, UNBOUNDED, Status (timeline_entries.js too), QUEUE_POLICIES and
// CRASH_POLICIES.
static_assert(kNone == -1);
static_assert(TaskConfig::kUnbounded == 0xFFFFFFFF);
static_assert(is(SpanStatus::kOk, 0));
static_assert(is(SpanStatus::kError, 1));
static_assert(is(SpanStatus::kCanceled, 2));
static_assert(is(QueuePolicy::kBlock, 0));
static_assert(is(QueuePolicy::kReject, 1));
static_assert(is(QueuePolicy::kDropLatest, 2));
static_assert(is(QueuePolicy::kDropOldest, 3));
static_assert(is(CrashPolicy::kFailInFlight, 0));
static_assert(is(CrashPolicy::kRequeueInFlight, 1));
static_assert(is(CrashPolicy::kFailTask, 2));

// js/runtime/trace.js: a trace's id.
static_assert(sizeof(TraceId) == 16);
static_assert(offsetof(TraceId, high) == 0);
static_assert(offsetof(TraceId, low) == 8);

}  // namespace
}  // namespace atelier::core
