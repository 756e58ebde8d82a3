import { QueueDropError, QueueFullError, TaskDisposedError } from '../errors.js';
import { encodeError } from '../shared/error-codec.js';
import { nameRefused } from './calls/arguments.js';
import { CallPromise } from './calls/call-promise.js';
import { CallSender } from './calls/call-sender.js';
import { watch } from './calls/cancellation.js';
import { Delivery } from './calls/delivery.js';
import {
  CRASH_POLICIES,
  forEachIndex,
  NONE,
  QUEUE_POLICIES,
  Status,
  ToDo,
  UNBOUNDED,
} from './core.js';
import { wrong } from '../shared/check.js';
import { OpenCalls } from './calls/open-calls.js';
import { Replies } from './calls/replies.js';
import { stoppedIterating } from './calls/result-stream.js';
import { readTaskState } from './task-state.js';
import { TaskWorkers } from './workers/task-workers.js';
import { WorkerLosses } from './workers/worker-losses.js';
import { unreadError } from './calls/unread-error.js';

/**
 * @typedef {import('../types.js').DispatchOptions} DispatchOptions
 * @typedef {import('./runtime.js').RuntimeServices} RuntimeServices
 * @typedef {import('./calls/open-calls.js').OpenCall} OpenCall
 */

/** One task: moves calls between callers and workers as the core decides. */
export class TaskRunner {
  #services;
  #core;
  #config;
  #isBounded;
  /** The task's number in the core. */
  index;
  #workers;
  #calls;
  /** @type {Map<string, import('./calls/open-calls.js').Method>} */
  #methods = new Map();
  #sender;
  #replies;
  #losses;
  #delivery;
  #closed = false;
  #disposed = false;
  #tellDisposed;
  /** @type {Error | undefined} why every call fails */
  #failure;

  /**
   * @param {RuntimeServices} services
   * @param {import('./runtime.js').CompleteTaskConfig} config
   * @param {() => void} disposed
   */
  constructor(services, config, disposed) {
    this.#services = services;
    this.#tellDisposed = disposed;
    this.#core = services.core;
    this.#config = config;
    this.#isBounded = config.maxQueueDepth !== Infinity;
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
      stopped: (index, call) =>
        this.#withdrawAndDeliver(index, call, Status.canceled, stoppedIterating()),
      left: (index, call) => {
        this.#core.requestCancel(index);
        this.#tellCancelled(index, call, stoppedIterating());
      },
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
      lost: (worker, message) => this.#loseMessage(worker, message),
      crash: (worker, cause) => this.#crash(worker, cause),
      // If this thread was busy, replies may have come in time: this reads them first.
      due: () => services.platform.nextMacrotask(() => this.#runDueActions()),
      stopped: () => this.#releaseDisposed(),
    });
    const retries = config.crashPolicy === 'restart-requeue-in-flight';
    this.#sender = new CallSender(services, this.index, this.#calls, this.#workers, retries);
    this.#losses = new WorkerLosses(services, this.index, config, {
      calls: this.#calls,
      replies: this.#replies,
      workers: this.#workers,
      withdraw: (index, status, error) =>
        this.#withdraw(index, this.#calls.get(index), status, error),
    });
    const { index } = this;
    this.#delivery = new Delivery(
      services,
      index,
      config,
      this.#calls,
      this.#workers,
      this.#sender,
      {
        failed: (index, call, error) => this.#fail(index, call, error),
        settled: () => this.#workers.setActive(this.#core.busy(this.index)),
      }
    );
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
   * @param {DispatchOptions} options
   * @returns {Promise<unknown>} also an async iterable, if the handler is a generator
   */
  dispatch(name, values, options) {
    const { traces } = this.#services;
    const promise = CallPromise.make(traces.lookup);
    const certain = options.trace ?? traces.active;
    const trace = /** @type {OpenCall['trace']} */ (
      (certain === undefined ? traces.sole : certain) ?? undefined
    );
    const inferred = certain === undefined;
    const method = this.#methodOf(name);
    const priority = options.priority ?? 0;
    const traceIndex = trace?.index ?? NONE;
    const index = this.#core.dispatch(this.index, method.address, traceIndex, inferred, priority);
    if (index === NONE) {
      const error = new QueueFullError(this.taskId);
      const texts = this.#core.textsOf(error);
      this.#core.refuse(this.index, method.address, traceIndex, inferred, ...texts);
      CallPromise.awaitersOf(promise).settle({ error });
      return promise;
    }
    /** @type {OpenCall} */
    const call = {
      method,
      key: options.key,
      args: { values, transfer: options.transfer },
      callbacks: undefined,
      shared: false,
      captured: false,
      isBeingPosted: false,
      afterPosting: undefined,
      transferResult: options.transferResult ?? true,
      onProgress: options.onProgress,
      trace,
      awaiters: CallPromise.awaitersOf(promise),
      owner: this.#calls,
      unwatch: undefined,
      stream: undefined,
    };
    this.#calls.add(index, call);
    try {
      this.#refuse();
      call.key ??= this.#keyOf(values);
      if (this.#watch(index, call, options)) this.#accept(index, call);
    } catch (error) {
      this.#fail(index, call, error);
    }
    return promise;
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

  /** @param {string} name */
  #methodOf(name) {
    let method = this.#methods.get(name);
    if (method === undefined) {
      method = this.#sender.defineMethod(name);
      this.#methods.set(name, method);
    }
    return method;
  }

  /** @param {unknown[]} values */
  #keyOf(values) {
    if (!this.#config.keyOf) return undefined;
    const key = this.#config.keyOf(...values);
    if (typeof key !== 'string') throw wrong('keyOf()', 'its result', key, 'a string');
    return key;
  }

  /** Throws if no call is accepted. */
  #refuse() {
    if (this.#disposed || this.#closed) throw new TaskDisposedError(this.taskId);
    if (this.#failure) throw this.#failure;
  }

  /**
   * Watches what can cancel the call.
   * @param {number} index
   * @param {OpenCall} call
   * @param {DispatchOptions} options
   * @returns {boolean} false if it is cancelled already
   */
  #watch(index, call, { signal, timeoutMs = this.#config.timeoutMs }) {
    if (!this.#calls.has(index, call)) return false; // keyOf() has disposed the task
    if (!signal && call.key === undefined && timeoutMs === undefined) return true;
    const joined = call.key === undefined ? undefined : this.#services.abortKeys.join(call.key);
    const unwatch = watch([signal, joined?.signal], timeoutMs, (reason) =>
      this.#withdrawAndDeliver(index, call, Status.canceled, reason)
    );
    call.unwatch = () => {
      unwatch();
      joined?.leave();
    };
    if (this.#calls.has(index, call)) return true;
    call.unwatch?.();
    return false;
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   */
  #accept(index, call) {
    const accepted = this.#core.enqueue(index);
    this.#services.completions.register(index, this.index);
    this.#workers.setActive(true);
    if (this.#isBounded) this.#dropOverflow();
    const taken = accepted && this.#calls.has(index, call);
    if (taken) this.#sender.prepare(index, call);
    const posts = this.#deliver();
    if (call.shared) {
      if (!posts) this.#services.completions.pollSoon();
    } else if (taken && this.#calls.has(index, call)) this.#delivery.capture(index, call);
  }

  #dropOverflow() {
    const { queuePolicy, maxQueueDepth } = this.#config;
    const ErrorClass = queuePolicy === 'reject' ? QueueFullError : QueueDropError;
    forEachIndex(this.#core.nextOverflow, this.index, (index) => {
      const error = new ErrorClass(this.taskId, maxQueueDepth);
      this.#withdraw(index, this.#calls.get(index), Status.error, error);
    });
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

  /**
   * Rejects a call of which a message could not be read, by its worker or here.
   * @param {number} worker
   * @param {import('../shared/connection.js').SentMessage} message
   */
  #loseMessage(worker, { of, text, ...ids }) {
    const { call: index, generation } = ids;
    if (!this.#core.holds(this.index, worker, index, generation)) return;
    const method = this.#calls.get(index)?.method.name ?? 'a call that has settled';
    const error = unreadError(of, `${method}() of task '${this.taskId}'`, text);
    if (of === 'atelier:callback' || of === 'atelier:answer') {
      const { id = 0 } = ids;
      this.#workers.post(worker, {
        ...{ type: 'atelier:answer', call: index, generation, id },
        error: encodeError(error),
      });
    } else if (of === 'atelier:cancel') {
      this.#workers.post(worker, { ...ids, type: of, reason: encodeError(error) });
    } else if (of === 'atelier:progress' || of === 'atelier:item') {
      this.#withdrawAndDeliver(index, this.#calls.get(index), Status.error, error);
    } else {
      this.#replies.receive(worker, { ...ids, type: 'atelier:error', error: encodeError(error) });
    }
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
      if (this.#disposed || !call?.stream) this.#withdraw(index, call, status, error);
    }
    return Promise.all(this.#workers.indices.map((worker) => this.#losses.end(worker, error)));
  }

  /**
   * Settles a call before its worker is done with it, or without one, and goes on.
   * @param {number} index
   * @param {OpenCall | undefined} call
   * @param {number} status
   * @param {unknown} error
   */
  #withdrawAndDeliver(index, call, status, error) {
    this.#withdraw(index, call, status, error);
    if (this.#disposed) return;
    this.#deliver(); // a place may be free, or the way for a call behind it
    this.#workers.setActive(this.#core.busy(this.index));
  }

  /**
   * Settles a call that could not be brought to a worker.
   * @param {number} index
   * @param {OpenCall} call
   * @param {unknown} error
   */
  #fail(index, call, error) {
    this.#withdrawAndDeliver(index, call, Status.error, nameRefused(error, call, this.taskId));
  }

  /**
   * Settles a call, unless it has settled: its index may be another call's by now. `#deliver` has to follow.
   * @param {number} index
   * @param {OpenCall | undefined} call
   * @param {number} status
   * @param {unknown} error
   */
  #withdraw(index, call, status, error) {
    if (!call || !this.#calls.has(index, call)) return;
    if (call.stream?.isLeaving) {
      this.#replies.endLeft(index); // its caller and its worker have been told
      return;
    }
    const held = this.#core.withdraw(index, status, ...this.#core.textsOf(error));
    this.#calls.reject(index, error);
    if (held) this.#tellCancelled(index, call, error);
  }

  /**
   * Tells a call's worker that its caller has given up, and ends it if it takes too long.
   * @param {number} index
   * @param {OpenCall} call
   * @param {unknown} error why
   */
  #tellCancelled(index, call, error) {
    const worker = this.#core.workerOf(index);
    const generation = this.#core.generationOf(index);
    const reason = encodeError(error);
    const tell = () =>
      this.#workers.post(worker, { type: 'atelier:cancel', call: index, generation, reason });
    if (call.isBeingPosted) call.afterPosting = tell;
    else tell();
    if (!this.#disposed) this.#workers.setTimer();
  }
}
