import {
  QueueDropError,
  QueueFullError,
  TaskDisposedError,
  WorkerCrashedError,
} from '../errors.js';
import { refused } from '../shared/clone-error.js';
import { encodeError } from '../shared/error-codec.js';
import { findRefused } from './calls/arguments.js';
import { CallPromise } from './calls/call-promise.js';
import { CallSender } from './calls/call-sender.js';
import { watch } from './calls/cancellation.js';
import { CRASH_POLICIES, describe, NONE, QUEUE_POLICIES, Status, UNBOUNDED } from './core.js';
import { wrong } from './options.js';
import { OpenCalls } from './calls/open-calls.js';
import { Replies } from './calls/replies.js';
import { readTaskState } from './task-state.js';
import { TaskWorkers } from './workers/task-workers.js';
import { Terminations } from './workers/terminations.js';
import { unreadError } from './calls/unread-error.js';
import { clearTimeout, queueMicrotask, setTimeout } from '../shared/timers.js';

/**
 * @typedef {import('../types.js').DispatchOptions} DispatchOptions
 * @typedef {import('./runtime.js').RuntimeParts} RuntimeParts
 * @typedef {import('./calls/open-calls.js').OpenCall} OpenCall
 */

/** What Core.offer says is to be done. */
const NOW = 1;
const LATER = 2;

/** One task: moves calls between callers and workers as the core decides. */
export class TaskRunner {
  #parts;
  #core;
  #config;
  #bounded;
  #retries;
  /** The task's number in the core. */
  index;
  #workers;
  #calls;
  /** @type {Map<string, import('./calls/open-calls.js').Method>} */
  #methods = new Map();
  #sender;
  #replies;
  #terminations;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #restartTimer;
  #closed = false;
  #disposed = false;
  #tellDisposed;
  /** @type {Error | undefined} why every call fails */
  #failure;
  /** @type {import('../types.js').TaskState['lastCrash']} */
  #lastCrash;
  /** Whether no worker has been ready since. */
  #crashed = false;

  /**
   * @param {RuntimeParts} parts
   * @param {import('./runtime.js').CompleteTaskConfig} config
   * @param {() => void} disposed
   */
  constructor(parts, config, disposed) {
    this.#parts = parts;
    this.#tellDisposed = disposed;
    this.#core = parts.core;
    this.#config = config;
    this.#bounded = config.maxQueueDepth !== Infinity;
    this.#retries = config.crashPolicy === 'restart-requeue-in-flight';
    this.index = this.#core.defineTask(
      config.type === 'singleton',
      this.#core.handleOf(config.taskId),
      this.#core.handleOf(config.taskName),
      parts.taskNumberOf(config.taskId),
      config.poolSize,
      Math.min(config.maxInFlight, UNBOUNDED),
      QUEUE_POLICIES.indexOf(config.queuePolicy),
      Math.min(config.maxQueueDepth, UNBOUNDED),
      CRASH_POLICIES.indexOf(config.crashPolicy),
      Math.min(config.crashMaxRetries, UNBOUNDED)
    );
    parts.completions.add(this.index, this);
    this.#calls = new OpenCalls(parts);
    this.#terminations = new Terminations(config.terminateAfterMs, {
      nextMacrotask: parts.platform.nextMacrotask,
      look: () => parts.completions.drain(),
      terminate: (worker) => this.#terminate(worker),
    });
    this.#replies = new Replies(parts, this.#calls, {
      post: (worker, message) => this.#workers.post(worker, message),
      released: (index) => {
        this.#terminations.stop(index);
        this.goOn();
      },
      stopped: (index, call) =>
        this.#withdraw(
          index,
          call,
          Status.canceled,
          new DOMException('The caller has stopped iterating.', 'AbortError')
        ),
    });
    this.#workers = new TaskWorkers(parts, this.index, config, {
      ready: (worker, { sentMs, workerMs, clockOffsetMs }) => {
        this.#crashed = false;
        this.#core.workerReady(this.index, worker, sentMs, workerMs, clockOffsetMs);
        this.#workers.ready(worker);
        this.goOn();
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
      idle: (worker) => {
        this.#core.stopWorkerIfIdle(this.index, worker);
        this.goOn();
      },
      stopped: () => this.#releaseDisposed(),
    });
    this.#sender = new CallSender(parts, this.index, this.#calls, this.#workers, this.#retries);
    if (config.init === 'eager') this.startWorkers();
  }

  /** The traces that its calls can be in. */
  get traces() {
    return this.#parts.traces;
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
    const { traces } = this.#parts;
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
      CallPromise.awaitersOf(promise).answer({ error });
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
    this.#pump();
  }

  stopWorkers() {
    if (this.#disposed) return;
    this.#core.stopWorkers(this.index);
    this.#pump();
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
    const ends = this.#endAll(Status.canceled, new TaskDisposedError(this.taskId));
    this.#parts.completions.forget(this.index);
    this.#releaseDisposed();
    this.#tellDisposed();
    return ends;
  }

  /** @returns {import('../types.js').TaskState} */
  getState() {
    const disposed = this.#disposed;
    return readTaskState(this.#core, this.index, this.#config, {
      lastCrash: disposed ? undefined : this.#lastCrash,
      crashed: this.#crashed && !disposed,
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
    const joined = call.key === undefined ? undefined : this.#parts.abortKeys.join(call.key);
    const unwatch = watch([signal, joined?.signal], timeoutMs, (reason) =>
      this.#withdraw(index, call, Status.canceled, reason)
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
    const accepted = this.#core.take(index);
    this.#parts.completions.expect(index, this.index);
    this.#workers.setActive(true);
    if (this.#bounded) this.#dropOverflow();
    const taken = accepted && this.#calls.has(index, call);
    if (taken) this.#sender.prepare(index, call);
    const posts = this.#pump();
    if (call.shared) {
      if (!posts) this.#parts.completions.lookSoon();
    } else if (taken && this.#calls.has(index, call)) this.#capture(index, call);
  }

  #dropOverflow() {
    const { queuePolicy, maxQueueDepth } = this.#config;
    const ErrorClass = queuePolicy === 'reject' ? QueueFullError : QueueDropError;
    for (;;) {
      const index = this.#core.nextOverflow(this.index);
      if (index === NONE) break;
      const error = new ErrorClass(this.taskId, maxQueueDepth);
      this.#giveUp(index, this.#calls.get(index), Status.error, error);
    }
  }

  /**
   * Does what the core says is to be done now.
   * @returns {boolean} whether that may have been to post or to start something, which takes longer
   *   than it is worth looking for what comes of it
   */
  #pump() {
    if (this.#disposed || this.#failure) return false;
    /** @type {[index: number, call: OpenCall][]} */
    const admitted = [];
    while (this.#bounded) {
      const index = this.#core.nextAdmission(this.index);
      const call = this.#calls.get(index);
      if (!call) break;
      admitted.push([index, call]);
      this.#prepareAdmitted(index, call);
    }
    if (!this.#offer()) return false;
    // Behind a call that had to be brought there may be some to offer, and behind those others.
    while (this.#sendNext()) this.#offer();
    if (this.#core.awaitsClaim(this.index)) this.#parts.completions.expectClaim(this);
    for (const [index, call] of admitted) this.#capture(index, call);
    for (;;) {
      const worker = this.#core.nextWorkerToStart(this.index);
      if (worker === NONE) break;
      this.#workers.start(worker);
    }
    this.#scheduleRestart();
    return true;
  }

  /**
   * Gives what is pending to workers, as far as they take it by themselves.
   * @returns {boolean} whether there is more to do now
   */
  #offer() {
    const toDo = this.#core.offer(this.index);
    if (toDo & LATER) this.#wakeLater();
    if (!(toDo & NOW)) return false;
    this.#postWakes();
    return true;
  }

  /** @returns {boolean} whether there was a call to be brought to a worker */
  #sendNext() {
    const index = this.#core.nextAssignment(this.index);
    if (index === NONE) return false;
    this.#send(index, /** @type {OpenCall} */ (this.#calls.get(index)));
    return true;
  }

  /** When the running code has made all its calls, one wake-up does for them. */
  #wakeLater() {
    queueMicrotask(() => {
      if (this.#disposed) return;
      this.#core.wakeWorkers(this.index);
      this.#postWakes();
    });
  }

  #postWakes() {
    for (;;) {
      const worker = this.#core.nextWorkerToWake(this.index);
      if (worker === NONE) break;
      this.#workers.post(worker, { type: 'atelier:wake' });
    }
  }

  #scheduleRestart() {
    if (this.#restartTimer !== undefined) return;
    const delayMs = this.#core.restartDelayMs(this.index);
    if (delayMs < 0) return;
    this.#restartTimer = setTimeout(() => {
      this.#restartTimer = undefined;
      this.#pump();
    }, delayMs);
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   */
  #prepareAdmitted(index, call) {
    try {
      this.#sender.prepare(index, call);
    } catch (error) {
      this.#fail(index, call, error);
    }
  }

  /**
   * @param {number} index
   * @param {OpenCall} call that may have to wait
   */
  #capture(index, call) {
    try {
      this.#sender.capture(call);
    } catch (error) {
      this.#fail(index, call, error);
    }
  }

  /**
   * @param {number} index
   * @param {OpenCall} call that the core has given to a worker
   */
  #send(index, call) {
    const generation = this.#core.generationOf(index);
    call.isBeingPosted = true;
    try {
      this.#sender.send(index);
      call.afterPosting?.();
    } catch (thrown) {
      const error = this.#named(call, thrown);
      this.#core.fail(index, generation, Status.error, ...this.#core.textsOf(error));
      if (!this.#calls.has(index, call)) return;
      this.#calls.reject(index, error);
      this.#workers.setActive(this.#core.busy(this.index));
    } finally {
      call.isBeingPosted = false;
    }
  }

  /**
   * Takes in that a worker is done with a call whose reply has come through shared memory.
   * @param {number} index
   * @param {number} generation
   * @param {import('./calls/awaiters.js').Ending} ending
   */
  complete(index, generation, ending) {
    this.#terminations.stop(index);
    if (this.#config.idleTimeoutMs !== undefined) {
      this.#core.count(this.index);
      this.#workers.worked(this.#core.workerOf(index));
    }
    this.#replies.complete(index, generation, ending);
  }

  /**
   * Takes in that a worker could not read what it was sent, or could not be read.
   * @param {number} worker
   * @param {import('../shared/connection.js').SentMessage} message
   */
  #loseMessage(worker, { of, text, ...ids }) {
    const { call: index, generation } = ids;
    if (!this.#core.holds(this.index, worker, index, generation)) return;
    const method = this.#calls.get(index)?.method.name ?? 'a call that is over';
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
      this.#withdraw(index, this.#calls.get(index), Status.error, error);
    } else {
      this.#replies.receive(worker, { ...ids, type: 'atelier:error', error: encodeError(error) });
    }
  }

  /** Goes on after a worker has become ready or has let go of calls. */
  goOn() {
    if (this.#disposed) return;
    this.#pump();
    this.#endStopped();
    this.#workers.watchIdle();
    this.#workers.setActive(this.#core.busy(this.index));
  }

  #endStopped() {
    let ended = false;
    for (;;) {
      const worker = this.#core.nextWorkerToEnd(this.index);
      if (worker === NONE) break;
      this.#workers.end(worker);
      ended = true;
    }
    if (ended) this.#pump(); // what is pending starts workers again
  }

  /**
   * @param {number} worker
   * @param {unknown} cause
   */
  #crash(worker, cause) {
    const [text] = describe(cause);
    this.#parts.completions.drain(); // what it has finished counts
    this.#crashed = true;
    this.#lastCrash = { ts: Date.now(), error: text, workerIndex: worker };
    const error = this.#crashError(worker, cause, `crashed: ${text}`);
    this.#core.workerCrashed(this.index, worker);
    if (this.#config.crashPolicy === 'fail-task') {
      this.#failure = error;
      this.#endAll(Status.error, error);
      return;
    }
    this.#lose(worker, error);
    for (;;) {
      const index = this.#core.firstStranded(this.index);
      if (index === NONE) break;
      this.#giveUp(index, this.#calls.get(index), Status.error, error);
    }
    this.goOn();
  }

  /**
   * @param {number} worker
   * @param {unknown} cause
   * @param {string} what
   */
  #crashError(worker, cause, what) {
    const { taskId } = this.#config;
    const message = `Worker ${worker} of task '${taskId}' ${what}`;
    return new WorkerCrashedError(message, { taskId, workerIndex: worker, cause });
  }

  /**
   * Takes back what a worker holds that is no more: to run it again, or not.
   * @param {number} worker
   * @param {unknown} error
   * @returns {Promise<void> | undefined} resolves when it has stopped
   */
  #lose(worker, error) {
    const ended = this.#workers.end(worker);
    for (;;) {
      const index = this.#core.firstHeld(this.index, worker);
      if (index === NONE) break;
      this.#terminations.stop(index);
      const call = this.#calls.get(index);
      if ((call?.args || call?.shared) && this.#core.retry(index)) continue;
      if (call?.stream && this.#core.lose(index)) {
        this.#replies.lose(index, call.stream, error);
        continue;
      }
      this.#core.abandon(index, Status.error, ...this.#core.textsOf(error));
      this.#calls.reject(index, error);
    }
    return ended;
  }

  /**
   * Settles everything and ends every worker. Streams of lost workers are their callers' to end.
   * @param {number} status
   * @param {unknown} error
   */
  #endAll(status, error) {
    clearTimeout(this.#restartTimer);
    this.#restartTimer = undefined;
    for (const index of this.#calls.indices) {
      const call = this.#calls.get(index);
      if (this.#disposed || !call?.stream) this.#giveUp(index, call, status, error);
    }
    const ends = this.#workers.indices.map((worker) => {
      this.#core.workerEnded(this.index, worker);
      return this.#lose(worker, error);
    });
    return Promise.all(ends);
  }

  /**
   * Settles a call before its worker is done with it, or without one, and goes on.
   * @param {number} index
   * @param {OpenCall | undefined} call
   * @param {number} status
   * @param {unknown} error
   */
  #withdraw(index, call, status, error) {
    this.#giveUp(index, call, status, error);
    if (this.#disposed) return;
    this.#pump(); // a place may be free, or the way for a call behind it
    this.#workers.setActive(this.#core.busy(this.index));
  }

  /**
   * Settles a call that could not be brought to a worker.
   * @param {number} index
   * @param {OpenCall} call
   * @param {unknown} error
   */
  #fail(index, call, error) {
    this.#withdraw(index, call, Status.error, this.#named(call, error));
  }

  /**
   * Says of arguments that could not be cloned which it was.
   * @param {OpenCall} call
   * @param {unknown} error
   */
  #named({ method, args }, error) {
    return refused(
      error,
      () => `${findRefused(args)} of ${method.name}() of task '${this.taskId}'`,
      ' Pass a function as callback(fn).'
    );
  }

  /**
   * Settles a call, unless it has settled: its index may be another call's by now. `#pump` has to follow.
   * @param {number} index
   * @param {OpenCall | undefined} call
   * @param {number} status
   * @param {unknown} error
   */
  #giveUp(index, call, status, error) {
    if (!call || !this.#calls.has(index, call)) return;
    const held = this.#core.withdraw(index, status, ...this.#core.textsOf(error));
    this.#calls.reject(index, error);
    if (!held) return;
    const worker = this.#core.workerOf(index);
    const generation = this.#core.generationOf(index);
    const reason = encodeError(error);
    const tell = () =>
      this.#workers.post(worker, { type: 'atelier:cancel', call: index, generation, reason });
    if (call.isBeingPosted) call.afterPosting = tell;
    else tell();
    if (!this.#disposed) this.#terminations.schedule(index, worker);
  }

  /** @param {number} worker one whose cancelled call does not stop */
  #terminate(worker) {
    const what = `was ended: a cancelled call did not stop within ${this.#config.terminateAfterMs} ms.`;
    this.#core.workerEnded(this.index, worker);
    this.#lose(worker, this.#crashError(worker, undefined, what));
    this.goOn();
  }
}
