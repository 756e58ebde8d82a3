#include "atelier/dispatch/task.h"

#include <algorithm>

#include "atelier/dispatch/singleton_worker.h"
#include "atelier/dispatch/worker_pool.h"

namespace atelier {
namespace {

std::unique_ptr<Executor> makeExecutor(const TaskConfig& config) {
  if (config.label.type == TaskType::kSingleton) return std::make_unique<SingletonWorker>();
  return std::make_unique<WorkerPool>(config.poolSize);
}

constexpr double kFirstRestartDelayMs = 50;
constexpr double kMaxRestartDelayMs = 2000;

std::size_t capacityOf(const TaskConfig& config) {
  if (config.maxQueueDepth == TaskConfig::kUnbounded) return DispatchQueue::kUnbounded;
  return std::size_t{config.maxQueueDepth} + config.maxInFlight;
}

}  // namespace

Task::Task(const TaskConfig& config, const Services& services)
    : config_(config),
      services_(services),
      queue_(config.queuePolicy, capacityOf(config)),
      executor_(makeExecutor(config)),
      channelServices_{
          .offers = ring_, .completions = services.completions, .futex = services.futex} {}

void Task::enqueue(Call& call) {
  usesPriorities_ = usesPriorities_ || call.priority != 0;
  const bool bounded = config_.maxQueueDepth != TaskConfig::kUnbounded;
  queue_.enqueue(call, bounded ? inFlightAtMost() : 0);
}

Call* Task::nextOverflow() {
  Call* const call = queue_.overflow(inFlightAtMost(), 0);
  if (call == nullptr || config_.queuePolicy != QueuePolicy::kDropOldest) return call;
  recall();
  return queue_.overflow(countRunning(), slots());
}

Task::ToDo Task::offerPending() {
  ToDo toDo;
  recallLower();
  Call* call = queue_.peek();
  for (; call != nullptr && mayOffer(*call); call = queue_.peek()) {
    queue_.tryDequeue();
    call->state = OwnerState::kReady;
    offered_.pushBack(*call);
    ring_.push(*call->record);
    const WorkerChannel::State state = readiest();
    const bool isBatch = wakesLater_ && state != WorkerChannel::kParked;
    if (isBatch && ring_.unpublished() < ReadyRing::kBatch) continue;
    ring_.publish();
    if (state != WorkerChannel::kAtWork || ring_.backlog() >= kLongBacklog) {
      wakeOneFor(*call);
    } else if (!wakesLater_) {
      toDo.later = wakesLater_ = true;
    }
  }
  const bool isToBeBrought = call != nullptr && call->ready && !call->shared;
  toDo.now = isToBeBrought || toWake_ > 0 || neededWorker().has_value();
  return toDo;
}

void Task::wakeWorkers() {
  wakesLater_ = false;
  ring_.publish();
  reconcileClaims();
  Call* call = offered_.front();
  while (call != nullptr && wakeOneFor(*call)) call = offered_.after(*call);
}

WorkerChannel::State Task::readiest() {
  WorkerChannel::State state = WorkerChannel::kParked;
  for (const Worker& worker : executor_->workers()) {
    if (worker.status == WorkerStatus::kReady) state = std::min(state, worker.channel->state());
  }
  return state;
}

bool Task::mayOffer(const Call& call) {
  if (!call.ready || !call.shared || failed_) return false;
  if (!config_.workersKeepTheBound() && inFlightAtMost() >= config_.maxInFlight) return false;
  return ring_.makeRoom();
}

// Returns whether there was a worker to wake. One that sleeps is woken faster than one in its event
// loop.
bool Task::wakeOneFor(Call& call) {
  const std::span<Worker> workers = executor_->workers();
  for (const bool sleeping : {true, false}) {
    for (Worker& worker : workers) {
      if (worker.status != WorkerStatus::kReady) continue;
      if ((worker.channel->state() == WorkerChannel::kWaiting) != sleeping) continue;
      const WorkerChannel::Wake woken = worker.channel->wake();
      if (woken == WorkerChannel::Wake::kMessage) setToBeWoken(worker, true);
      if (woken == WorkerChannel::Wake::kBusy) continue;
      worker.wokenFor = &call;
      worker.wokenGeneration = call.record->generation;
      return true;
    }
  }
  return false;
}

std::optional<WorkerIndex> Task::wakeNext() {
  const std::span<Worker> workers = executor_->workers();
  for (WorkerIndex i = 0; toWake_ > 0 && i < workers.size(); ++i) {
    if (!workers[i].isToBeWoken) continue;
    setToBeWoken(workers[i], false);
    return i;
  }
  return std::nullopt;
}

void Task::setToBeWoken(Worker& worker, bool value) {
  if (worker.isToBeWoken == value) return;
  worker.isToBeWoken = value;
  toWake_ += value ? 1 : -1;
}

void Task::reconcileClaims() {
  for (Call* call = offered_.front(); call != nullptr;) {
    Call* const following = offered_.after(*call);
    reconcileClaim(*call);
    call = following;
  }
}

void Task::reconcileClaim(Call& call) {
  if (call.state != OwnerState::kReady) return;
  const auto by = call.record->claimedBy();
  if (!by) return;
  offered_.remove(call);
  hold(call, *by);
}

void Task::hold(Call& call, WorkerIndex by) {
  call.state = OwnerState::kHeld;
  call.worker = by;
  ++call.attemptCount;
  ++held_;
  call.finished = false;
  worker(by).calls.pushBack(call);
}

void Task::recall() {
  for (Call* call = offered_.back(); call != nullptr;) {
    Call* const before = offered_.before(*call);
    recall(*call);
    call = before;
  }
  reconcileClaims();
}

// Recalls what is on offer behind a call, since it might not have been its turn without that call.
void Task::recallAfter(const Call& call) {
  for (Call* other = offered_.back(); other != &call;) {
    Call* const before = offered_.before(*other);
    recall(*other);
    other = before;
  }
}

// Returns whether no worker had claimed it.
bool Task::recall(Call& call) {
  if (!call.record->recall()) return false;
  offered_.remove(call);
  queue_.putFront(call);
  return true;
}

// Recalls what has a lower priority than a pending call. Offers are in the queue's order, so that
// those are the last ones.
void Task::recallLower() {
  if (!usesPriorities_) return;
  for (Call* call = offered_.back(); call != nullptr;) {
    if (call->retried || !queue_.hasHigherThan(call->priority)) return;
    Call* const before = offered_.before(*call);
    recall(*call);
    call = before;
  }
}

// Returns whether no call is on offer any more. Otherwise the owner hears of the next claim: either
// the worker that makes it sees that this is awaited, or the owner sees the claim here.
bool Task::isAllClaimed() {
  reconcileClaims();
  if (!offered_.empty()) {
    ring_.awaitClaims(true);
    reconcileClaims();
  }
  ring_.awaitClaims(!offered_.empty());
  return offered_.empty();
}

Call* Task::assignNext() {
  awaitsClaim_ = false;
  const Call* next = queue_.peek();
  if (next == nullptr || !next->ready || next->shared) return nullptr;
  // What is on offer comes first.
  if (!isAllClaimed()) {
    awaitsClaim_ = true;
    return nullptr;
  }
  if (countRunning() >= config_.maxInFlight) return nullptr;
  const std::optional<WorkerIndex> chosen = executor_->select();
  if (!chosen) return nullptr;
  Call* call = queue_.tryDequeue();
  hold(*call, *chosen);
  return call;
}

std::optional<WorkerIndex> Task::neededWorker() {
  if (activeWorkers_ == executor_->workers().size()) return std::nullopt;
  reconcileClaims();
  return executor_->selectToStart(startAll_ ? executor_->workers().size() : slots());
}

std::optional<WorkerIndex> Task::startNext() {
  if (!startAll_ && (failed_ || restartDelayMs() || awaitsStart())) return std::nullopt;
  const std::optional<WorkerIndex> chosen = neededWorker();
  if (chosen) {
    openChannel(*chosen);
  } else {
    startAll_ = false;
  }
  return chosen;
}

bool Task::awaitsStart() const {
  if (!lastCrashWasStart_ || crashes_ == 0) return false;
  return std::ranges::any_of(executor_->workers(), [](const Worker& worker) {
    return worker.status == WorkerStatus::kStarting;
  });
}

std::optional<double> Task::restartDelayMs() {
  if (crashes_ < 2 || slots() == 0) return std::nullopt;
  const std::uint32_t doublings = std::min(crashes_ - 2, 16U);
  const double spacingMs = std::min(kFirstRestartDelayMs * (1U << doublings), kMaxRestartDelayMs);
  const double leftMs = lastCrashMs_ + spacingMs - services_.clock.nowMs();
  return leftMs > 0 ? std::optional(leftMs) : std::nullopt;
}

void Task::startAll() {
  startAll_ = activeWorkers_ < executor_->workers().size();
  failed_ = false;
  crashes_ = uselessWorkers_ = 0;
}

void Task::openChannel(WorkerIndex index) {
  Worker& opened = worker(index);
  ++activeWorkers_;
  opened.status = WorkerStatus::kStarting;
  opened.channel =
      std::make_unique<WorkerChannel>(channelServices_, index, config_.callsPerWorker());
}

void Task::workerReady(WorkerIndex index) {
  Worker& ready = worker(index);
  if (ready.status != WorkerStatus::kStarting) return;
  ready.status = WorkerStatus::kReady;
  if (!offered_.empty() && ready.channel->wake() == WorkerChannel::Wake::kMessage) {
    setToBeWoken(ready, true);
  }
}

void Task::closeChannel(Worker& worker) {
  if (worker.status == WorkerStatus::kAbsent) return;
  --activeWorkers_;
  worker.status = WorkerStatus::kAbsent;
  worker.channel->revoke();
  recall();
  worker.wokenFor = nullptr;
  setToBeWoken(worker, false);
  worker.lostChannel = worker.channel.get();
  services_.retired.retire(std::move(worker.channel));
}

// What a worker was about to claim is in flight: its fate is that of the worker's other calls.
void Task::workerEnded(WorkerIndex index) {
  Worker& lost = worker(index);
  Call* const call = lost.wokenFor;
  const bool wasOffered = call != nullptr && call->state == OwnerState::kReady &&
                          call->record->generation == lost.wokenGeneration;
  closeChannel(lost);
  if (!wasOffered || call->state != OwnerState::kPending) return;
  queue_.withdraw(*call);
  hold(*call, index);
}

void Task::workerCrashed(WorkerIndex index) {
  lastCrashWasStart_ = worker(index).status == WorkerStatus::kStarting;
  workerEnded(index);
  ++crashes_;
  if (worker(index).held() == 0 && activeWorkers_ == 0) ++uselessWorkers_;
  lastCrashMs_ = services_.clock.nowMs();
  if (config_.crashPolicy == CrashPolicy::kFailTask) failed_ = true;
}

bool Task::shouldRetry(const Call& call) const {
  return config_.crashPolicy == CrashPolicy::kRequeueInFlight && !call.settled &&
         call.attemptCount <= config_.crashMaxRetries;
}

void Task::putBack(Call& call) {
  remove(call);
  call.worker.reset();
  queue_.putBack(call);
}

void Task::stopAll() {
  startAll_ = false;
  for (Worker& worker : executor_->workers()) {
    if (worker.status == WorkerStatus::kAbsent) continue;
    worker.status = WorkerStatus::kStopping;
    worker.channel->revoke();
  }
  recall();
}

void Task::stopIfIdle(WorkerIndex index) {
  reconcileClaims();
  Worker& idle = worker(index);
  if (idle.status != WorkerStatus::kReady || idle.held() > 0 || slots() > 0) return;
  idle.channel->revoke();
  recall();
  if (idle.held() == 0) {
    idle.status = WorkerStatus::kStopping;
  } else {
    idle.channel->restore();
  }
}

std::optional<WorkerIndex> Task::endNext() {
  const std::span<Worker> workers = executor_->workers();
  for (WorkerIndex i = 0; i < workers.size(); ++i) {
    Worker& worker = workers[i];
    if (worker.status == WorkerStatus::kStopping && worker.held() == 0) {
      closeChannel(worker);
      return i;
    }
  }
  return std::nullopt;
}

void Task::remove(Call& call) {
  switch (call.state) {
    case OwnerState::kCreated:
    case OwnerState::kReleased:
      break;
    case OwnerState::kWaiting:
    case OwnerState::kPending:
      queue_.withdraw(call);
      break;
    case OwnerState::kReady:
      if (usesPriorities_) recallAfter(call);
      offered_.remove(call);
      queue_.forget(call);
      break;
    case OwnerState::kHeld:
      (call.finished ? worker(*call.worker).finished : worker(*call.worker).calls).remove(call);
      --held_;
      break;
  }
}

void Task::release(Call& call) {
  remove(call);
  call.state = OwnerState::kReleased;
}

bool Task::stranded() {
  if (failed_) return findQueued() != nullptr;
  if (uselessWorkers_ == 0 || activeWorkers_ > 0 || depth() == 0) return false;
  // Under this policy they are in flight for the worker that could not start, and share its fate.
  const bool fails = config_.crashPolicy == CrashPolicy::kFailInFlight && lastCrashWasStart_;
  return fails || uselessWorkers_ > config_.crashMaxRetries;
}

Call* Task::findQueued() {
  reconcileClaims();
  if (!offered_.empty()) return offered_.front();
  return queue_.depth() > 0 ? queue_.oldest() : queue_.firstWaiting();
}

std::size_t Task::countRunning() {
  std::size_t count = 0;
  for (Worker& worker : executor_->workers()) count += worker.countRunning();
  return count;
}

std::size_t Task::slots() {
  const std::size_t places =
      config_.maxInFlight - std::min<std::size_t>(countRunning(), config_.maxInFlight);
  return std::min(depth(), places);
}

void Task::countInFlight() {
  reconcileClaims();
  std::size_t unclaimed = slots();
  pending_ = depth();
  const std::size_t limit = config_.callsPerWorker();
  inFlight_ = 0;
  using enum WorkerStatus;
  for (const WorkerStatus status : {kReady, kStarting, kStopping, kAbsent}) {
    for (Worker& worker : executor_->workers()) {
      if (worker.status != status) continue;
      const std::size_t running = worker.countRunning();
      const bool claims = status == kReady || status == kStarting;
      const std::size_t claimed =
          claims ? std::min(unclaimed, limit - std::min(running, limit)) : 0;
      unclaimed -= claimed;
      pending_ -= claimed;
      inFlight_ += running + claimed;
      worker.inFlight = running + (status == kReady ? claimed : 0);
    }
  }
}

}  // namespace atelier
