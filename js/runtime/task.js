import { TaskDisposedError, UnknownMethodError, WorkerCrashedError } from '../errors.js';
import { decodeError, encodeError } from '../shared/error-codec.js';
import { findTransferables } from '../shared/transferables.js';
import { describe, NONE, Status } from './core.js';
import { WorkerHost } from './worker-host.js';

/**
 * @typedef {import('../types.js').DispatchOptions} DispatchOptions
 * @typedef {import('../shared/protocol.js').Reply} Reply
 * @typedef {import('./runtime.js').RuntimeParts} RuntimeParts
 * @typedef {import('./trace.js').TraceHandle} TraceHandle
 */

/**
 * What JavaScript keeps of a call until it settles: the core has the rest.
 * @typedef {object} OpenCall
 * @property {string} method
 * @property {unknown[] | undefined} args until they are on their way
 * @property {Transferable[] | undefined} transfer what of them is transferred; undefined: all that
 *   can be
 * @property {boolean} transferResult
 * @property {TraceHandle | undefined} trace
 * @property {(value: any) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {(() => void) | undefined} unlisten
 */

/** One task: moves calls between callers and workers as the core decides. */
export class TaskRunner {
  #parts;
  #core;
  #config;
  /** The task's number in the core. */
  index;
  /** @type {Map<number, WorkerHost>} by worker index */
  #hosts = new Map();
  /** @type {Map<number, OpenCall>} by the call's index in the core */
  #calls = new Map();
  /** @type {Map<string, number>} what stands for a method's name in the core */
  #methods = new Map();
  #disposed = false;
  /** @type {import('../types.js').TaskState['lastCrash']} */
  #lastCrash;

  /**
   * @param {RuntimeParts} parts
   * @param {import('./runtime.js').CompleteTaskConfig} config
   */
  constructor(parts, config) {
    this.#parts = parts;
    this.#core = parts.core;
    this.#config = config;
    this.index = this.#core.defineTask(
      config.type === 'singleton',
      config.taskId,
      config.taskName,
      config.poolSize,
      Math.min(config.maxInFlight, 0x7fffffff)
    );
    if (config.init === 'eager') this.startWorkers();
  }

  get taskId() {
    return this.#config.taskId;
  }

  /**
   * @param {string} method
   * @param {unknown[]} args
   * @param {DispatchOptions} options
   * @returns {Promise<unknown>}
   */
  dispatch(method, args, options) {
    return new Promise((resolve, reject) => {
      const trace = this.#parts.traces.forDispatch(options.trace);
      const index = this.#core.dispatch(this.index, this.#methodOf(method), trace?.index ?? NONE);
      /** @type {OpenCall} */
      const call = {
        method,
        args,
        transfer: options.transfer,
        transferResult: options.transferResult ?? true,
        trace,
        resolve,
        reject,
        unlisten: undefined,
      };
      this.#calls.set(index, call);
      if (this.#disposed) {
        this.#withdraw(index, Status.error, new TaskDisposedError(this.taskId));
      } else if (options.signal?.aborted) {
        this.#withdraw(index, Status.canceled, options.signal.reason);
      } else {
        if (options.signal) this.#listen(index, call, options.signal);
        this.#pump();
        if (call.args && this.#calls.get(index) === call) this.#capture(index, call);
      }
    });
  }

  startWorkers() {
    if (this.#disposed) throw new TaskDisposedError(this.taskId);
    this.#core.startWorkers(this.index);
    this.#pump();
  }

  stopWorkers() {
    this.#core.stopWorkers(this.index);
    this.#endStopped();
  }

  /**
   * Rejects what is unfinished and ends the workers.
   * @returns {Promise<unknown>} resolves when they have stopped, as far as the platform tells
   */
  dispose() {
    this.#disposed = true;
    for (const index of [...this.#calls.keys()]) {
      this.#withdraw(index, Status.canceled, new TaskDisposedError(this.taskId));
    }
    const ends = [...this.#hosts].map(([worker, host]) => {
      this.#release(worker, new TaskDisposedError(this.taskId));
      return host.end();
    });
    return Promise.all(ends);
  }

  /** @returns {import('../types.js').TaskState} */
  getState() {
    const core = this.#core;
    const { type, poolSize, maxInFlight } = this.#config;
    const activeWorkers = core.activeWorkers(this.index);
    const idleStatus = this.#lastCrash && !this.#disposed ? 'crashed' : 'stopped';
    return {
      type,
      poolSize,
      activeWorkers,
      workerStatus: activeWorkers > 0 ? 'running' : idleStatus,
      totalDispatched: core.totalDispatched(this.index),
      inFlight: core.inFlight(this.index),
      pending: core.pending(this.index),
      waiting: 0,
      inFlightByWorker: Array.from({ length: poolSize }, (_, i) => core.heldBy(this.index, i)),
      maxInFlight,
      maxQueueDepth: Infinity,
      queuePolicy: 'block',
      ...(this.#lastCrash && { lastCrash: { ...this.#lastCrash } }),
    };
  }

  /** @returns {import('../types.js').TaskSnapshot} */
  snapshot() {
    const { taskId, taskName, init } = this.#config;
    return { taskId, ...(taskName !== undefined && { taskName }), init, ...this.getState() };
  }

  /** @param {string} name */
  #methodOf(name) {
    let method = this.#methods.get(name);
    if (method === undefined) {
      method = this.#core.defineMethod(name);
      this.#methods.set(name, method);
    }
    return method;
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   * @param {AbortSignal} signal
   */
  #listen(index, call, signal) {
    const abort = () => this.#withdraw(index, Status.canceled, signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    call.unlisten = () => signal.removeEventListener('abort', abort);
  }

  /** Does what the core says is to be done now. */
  #pump() {
    for (;;) {
      const index = this.#core.nextAssignment(this.index);
      if (index === NONE) break;
      this.#send(index);
    }
    for (;;) {
      const worker = this.#core.nextWorkerToStart(this.index);
      if (worker === NONE) break;
      this.#startWorker(worker);
    }
  }

  /**
   * Takes the arguments of a call that has to wait, so that later changes to them are not seen.
   * @param {number} index
   * @param {OpenCall} call
   */
  #capture(index, call) {
    try {
      const transfer = call.transfer ?? findTransferables(call.args);
      call.args = structuredClone(call.args, { transfer });
      call.transfer = undefined; // the copies are ours: all that can be transferred on is
    } catch (error) {
      this.#withdraw(index, Status.error, error);
    }
  }

  /** @param {number} index a call that the core has given to a worker */
  #send(index) {
    const generation = this.#core.generationOf(index);
    const host = this.#hosts.get(this.#core.workerOf(index));
    const call = this.#calls.get(index);
    if (!host || !call) throw new Error(`No worker or no caller for call ${index}.`);
    const { method, args = [], transferResult } = call;
    call.args = undefined;
    host.keepAlive(true);
    try {
      const record = this.#core.recordOf(index);
      host.post(
        { type: 'atelier:call', call: index, generation, record, method, args, transferResult },
        call.transfer ?? findTransferables(args)
      );
    } catch (error) {
      this.#core.fail(index, generation, Status.error, ...describe(error));
      this.#settle(index, (open) => this.#reject(open, error));
    }
  }

  /** @param {number} worker */
  #startWorker(worker) {
    const host = new WorkerHost(this.#parts.platform, this.#parts.module, this.#config.worker, {
      ready: ({ sentMs, workerMs, clockOffsetMs }) => {
        this.#core.workerReady(this.index, worker, sentMs, workerMs, clockOffsetMs);
        this.#pump();
        this.#afterReply(worker, host);
      },
      reply: (reply) => {
        this.#receive(reply);
        this.#pump();
        this.#afterReply(worker, host);
      },
      crash: (cause, wasReady) => this.#crash(worker, cause, wasReady),
    });
    this.#hosts.set(worker, host);
  }

  /** @param {Reply} reply */
  #receive(reply) {
    const { call: index, generation } = reply;
    switch (reply.type) {
      case 'atelier:result':
        if (!this.#core.complete(index, generation)) return;
        this.#settle(index, (call) => {
          this.#parts.context.handOver(call.trace, () => call.resolve(reply.value));
        });
        break;
      case 'atelier:error':
        this.#fail(index, generation, decodeError(reply.error));
        break;
      case 'atelier:unknown-method': {
        const method = this.#calls.get(index)?.method ?? '';
        this.#fail(index, generation, new UnknownMethodError(method, reply.methods));
        break;
      }
      case 'atelier:skipped':
        this.#core.complete(index, generation);
    }
  }

  /**
   * @param {number} index
   * @param {number} generation
   * @param {unknown} error
   */
  #fail(index, generation, error) {
    if (!this.#core.fail(index, generation, Status.error, ...describe(error))) return;
    this.#settle(index, (call) => {
      this.#parts.context.handOver(call.trace, () => call.reject(error));
    });
  }

  /**
   * @param {number} worker
   * @param {WorkerHost} host
   */
  #afterReply(worker, host) {
    host.keepAlive(this.#core.heldBy(this.index, worker) > 0);
    this.#endStopped();
  }

  #endStopped() {
    for (;;) {
      const worker = this.#core.nextWorkerToEnd(this.index);
      if (worker === NONE) break;
      this.#hosts.get(worker)?.end();
      this.#hosts.delete(worker);
    }
  }

  /**
   * @param {number} worker
   * @param {unknown} cause
   * @param {boolean} wasReady
   */
  #crash(worker, cause, wasReady) {
    const { taskId } = this.#config;
    const [text] = describe(cause);
    this.#lastCrash = { ts: Date.now(), error: text, workerIndex: worker };
    const details = { taskId, workerIndex: worker, cause };
    const message = `Worker ${worker} of task '${taskId}' crashed: ${text}`;
    this.#release(worker, new WorkerCrashedError(message, details));
    if (wasReady) {
      this.#pump();
      return;
    }
    // Nothing is gained by starting it again at once; a later call does.
    for (;;) {
      const index = this.#core.firstStranded(this.index);
      if (index === NONE) break;
      this.#withdraw(index, Status.error, new WorkerCrashedError(message, details));
    }
  }

  /**
   * Takes back what a worker holds that is no more.
   * @param {number} worker
   * @param {unknown} error
   */
  #release(worker, error) {
    this.#hosts.delete(worker);
    this.#core.workerEnded(this.index, worker);
    for (;;) {
      const index = this.#core.firstHeld(this.index, worker);
      if (index === NONE) break;
      this.#core.abandon(index, Status.error, ...describe(error));
      this.#settle(index, (call) => this.#reject(call, error));
    }
  }

  /**
   * Settles a call before its worker is done with it, or without one.
   * @param {number} index
   * @param {number} status
   * @param {unknown} error
   */
  #withdraw(index, status, error) {
    const held = this.#core.withdraw(index, status, ...describe(error));
    this.#settle(index, (call) => this.#reject(call, error));
    if (!held) return;
    this.#hosts.get(this.#core.workerOf(index))?.post({
      type: 'atelier:cancel',
      call: index,
      generation: this.#core.generationOf(index),
      reason: encodeError(error),
    });
  }

  /**
   * @param {number} index
   * @param {(call: OpenCall) => void} hand
   */
  #settle(index, hand) {
    const call = this.#calls.get(index);
    if (!call) return; // its caller was answered before
    this.#calls.delete(index);
    call.unlisten?.();
    hand(call);
  }

  /**
   * Rejects from code that may settle more than one call.
   * @param {OpenCall} call
   * @param {unknown} error
   */
  #reject(call, error) {
    if (this.#parts.traces.anyOpen) {
      this.#parts.context.handOverLater(call.trace, () => call.reject(error));
    } else {
      call.reject(error);
    }
  }
}
