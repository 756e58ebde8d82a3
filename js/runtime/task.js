import { TaskDisposedError } from '../errors.js';
import { CallSender } from './calls/call-sender.js';
import { Delivery } from './calls/delivery.js';
import { Dispatcher } from './calls/dispatcher.js';
import { OpenCalls } from './calls/open-calls.js';
import { Replies } from './calls/replies.js';
import { Withdrawals } from './calls/withdrawals.js';
import { CRASH_POLICIES, forEachIndex, QUEUE_POLICIES, Status, ToDo, UNBOUNDED } from './core.js';
import { readTaskState } from './task-state.js';
import { TaskWorkers } from './workers/task-workers.js';
import { WorkerLosses } from './workers/worker-losses.js';

/** One task: moves calls between callers and workers as the core decides. */
export class TaskRunner {
  #services;
  #core;
  #config;
  /** The task's number in the core. */
  index;
  #workers;
  #calls;
  #replies;
  #withdrawals;
  #losses;
  #delivery;
  #dispatcher;
  #closed = false;
  #disposed = false;
  #tellDisposed;
  /** @type {Error | undefined} why every call fails */
  #failure;

  /**
   * @param {import('./runtime.js').RuntimeServices} services
   * @param {import('./runtime.js').CompleteTaskConfig} config
   * @param {() => void} disposed
   */
  constructor(services, config, disposed) {
    this.#services = services;
    this.#tellDisposed = disposed;
    this.#core = services.core;
    this.#config = config;
    this.index = this.#core.defineTask(
      config.type === 'singleton',
      this.#core.handleOf(config.taskId),
      this.#core.handleOf(config.taskName),
      services.taskNumberOf(config.taskId),
      config.poolSize,
      Math.min(config.maxInFlight, UNBOUNDED),
      QUEUE_POLICIES.indexOf(config.queuePolicy),
      Math.min(config.maxQueueDepth, UNBOUNDED),
      CRASH_POLICIES.indexOf(config.crashPolicy),
      Math.min(config.crashMaxRetries, UNBOUNDED),
      config.idleTimeoutMs ?? Infinity,
      config.terminateAfterMs ?? Infinity
    );
    services.completions.add(this.index, this);
    this.#calls = new OpenCalls(services);
    this.#replies = new Replies(services, this.#calls, {
      post: (worker, message) => this.#workers.post(worker, message),
      released: () => this.runPendingActions(),
      stopped: (index, call) => this.#withdrawals.stop(index, call),
      left: (index, call) => this.#withdrawals.leave(index, call),
    });
    this.#workers = new TaskWorkers(services, this.index, config, {
      ready: (worker, { sentMs, workerMs, clockOffsetMs }) => {
        this.#losses.isCrashed = false;
        this.#core.workerReady(this.index, worker, sentMs, workerMs, clockOffsetMs);
        this.#workers.ready(worker);
        this.runPendingActions();
      },
      reply: (worker, reply) => {
        const { call, generation } = reply;
        if (!Number.isInteger(call) || !Number.isInteger(generation)) return; // not one of ours
        if (this.#core.holds(this.index, worker, call, generation)) {
          this.#replies.receive(worker, reply);
        }
      },
      lost: (worker, message) => this.#withdrawals.loseMessage(worker, message),
      crash: (worker, cause) => this.#crash(worker, cause),
      // If this thread was busy, replies may have come in time: this reads them first.
      due: () => services.platform.nextMacrotask(() => this.#runDueActions()),
      stopped: () => this.#releaseDisposed(),
    });
    const { index } = this;
    const [calls, replies, workers] = [this.#calls, this.#replies, this.#workers];
    const settled = () => workers.setActive(this.#core.busy(index));
    const withdrawals = new Withdrawals(this.#core, index, config.taskId, {
      calls,
      replies,
      workers,
      withdrawn: () => {
        if (this.#disposed) return;
        this.#deliver();
        settled();
      },
      told: () => {
        if (!this.#disposed) workers.setTimer();
      },
    });
    this.#withdrawals = withdrawals;
    const parts = { calls, replies, workers, withdrawals };
    this.#losses = new WorkerLosses(services, index, config, parts);
    const retries = config.crashPolicy === 'restart-requeue-in-flight';
    const sender = new CallSender(services, index, calls, workers, retries);
    const delivery = new Delivery(services, index, config, calls, workers, sender, {
      failed: (index, call, error) => withdrawals.fail(index, call, error),
      settled,
    });
    this.#delivery = delivery;
    this.#dispatcher = new Dispatcher(services, index, config, {
      ...parts,
      sender,
      delivery,
      refuse: () => this.#refuse(),
      deliver: () => this.#deliver(),
    });
    if (config.init === 'eager') this.startWorkers();
  }

  /** The traces that its calls can be in. */
  get traces() {
    return this.#services.traces;
  }

  get taskId() {
    return this.#config.taskId;
  }

  /**
   * @param {string} name of the method
   * @param {unknown[]} values
   * @param {import('../types.js').DispatchOptions} options
   * @returns {Promise<unknown>} also an async iterable, if the handler is a generator
   */
  dispatch(name, values, options) {
    return this.#dispatcher.dispatch(name, values, options);
  }

  startWorkers() {
    if (this.#disposed) throw new TaskDisposedError(this.taskId);
    this.#failure = undefined;
    this.#core.startWorkers(this.index);
    this.#delivery.resume();
    this.#deliver();
  }

  stopWorkers() {
    if (this.#disposed) return;
    this.#core.stopWorkers(this.index);
    this.#deliver();
    this.#endStopped();
  }

  /**
   * Accepts nothing new.
   * @returns {Promise<void>} resolves when all that was accepted has settled
   */
  drain() {
    this.#closed = true;
    return this.#calls.empty();
  }

  /**
   * Rejects what is unfinished and ends the workers.
   * @returns {Promise<unknown>} resolves when they have stopped, as far as the platform tells
   */
  dispose() {
    if (this.#disposed) return Promise.resolve();
    this.#disposed = true;
    this.#workers.clearTimer();
    const ends = this.#endAll(Status.canceled, new TaskDisposedError(this.taskId));
    this.#services.completions.unregister(this.index);
    this.#releaseDisposed();
    this.#tellDisposed();
    return ends;
  }

  /** @returns {import('../types.js').TaskState} */
  getState() {
    const disposed = this.#disposed;
    return readTaskState(this.#core, this.index, this.#config, {
      lastCrash: disposed ? undefined : this.#losses.lastCrash,
      crashed: this.#losses.isCrashed && !disposed,
      disposed,
    });
  }

  /** @returns {import('../types.js').TaskSnapshot} */
  snapshot() {
    const { taskId, taskName, init } = this.#config;
    return { taskId, ...(taskName !== undefined && { taskName }), init, ...this.getState() };
  }

  /** Gives back what workers needed, once none of them runs any more. */
  #releaseDisposed() {
    if (this.#disposed && this.#workers.unstopped === 0) this.#core.disposeTask(this.index);
  }

  /** Throws if no call is accepted. */
  #refuse() {
    if (this.#disposed || this.#closed) throw new TaskDisposedError(this.taskId);
    if (this.#failure) throw this.#failure;
  }

  /**
   * @returns {boolean} whether something had to be posted or started, which takes longer than a poll for
   *   the result is worth
   */
  #deliver() {
    const toDo = this.#delivery.run();
    if (toDo & ToDo.bring && this.#core.awaitsClaim(this.index)) {
      this.#services.completions.onceClaimed(this);
    }
    return toDo !== 0;
  }

  /**
   * Settles a call whose reply has come through shared memory.
   * @param {number} index
   * @param {number} generation
   * @param {import('./calls/outcome.js').Outcome} outcome
   */
  complete(index, generation, outcome) {
    this.#replies.complete(index, generation, outcome);
  }

  /** Runs what the core has to do after a worker has become ready or has released calls. */
  runPendingActions() {
    if (this.#disposed) return;
    this.#deliver();
    this.#endStopped();
    this.#workers.setTimer();
    this.#workers.setActive(this.#core.busy(this.index));
  }

  #runDueActions() {
    this.#services.completions.drain();
    if (this.#disposed) return;
    forEachIndex(this.#core.nextWorkerToTerminate, this.index, (worker) =>
      this.#losses.terminate(worker)
    );
    this.runPendingActions();
  }

  #endStopped() {
    let ended = false;
    forEachIndex(this.#core.nextWorkerToEnd, this.index, (worker) => {
      this.#workers.end(worker);
      ended = true;
    });
    if (ended) this.#deliver(); // pending calls restart workers
  }

  /**
   * @param {number} worker
   * @param {unknown} cause
   */
  #crash(worker, cause) {
    const error = this.#losses.noteCrash(worker, cause);
    if (this.#config.crashPolicy === 'fail-task') {
      this.#failure = error;
      this.#endAll(Status.error, error);
      return;
    }
    this.#losses.release(worker, error);
    this.runPendingActions();
  }

  /**
   * Settles everything and ends every worker. Streams of lost workers are their callers' to end.
   * @param {number} status
   * @param {unknown} error
   */
  #endAll(status, error) {
    this.#delivery.stop();
    for (const index of this.#calls.indices) {
      const call = this.#calls.get(index);
      if (this.#disposed || !call?.stream) {
        this.#withdrawals.withdraw(index, call, status, error);
      }
    }
    return Promise.all(this.#workers.indices.map((worker) => this.#losses.end(worker, error)));
  }
}
