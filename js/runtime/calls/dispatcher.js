import { QueueDropError, QueueFullError } from '../../errors.js';
import { wrong } from '../../shared/check.js';
import { forEachIndex, NONE, Status } from '../core.js';
import { CallPromise } from './call-promise.js';
import { watch } from './cancellation.js';

/**
 * @typedef {import('../../types.js').DispatchOptions} DispatchOptions
 * @typedef {import('./open-calls.js').OpenCall} OpenCall
 *
 * @typedef {object} DispatcherParts of the task
 * @property {import('./open-calls.js').OpenCalls} calls
 * @property {import('../workers/task-workers.js').TaskWorkers} workers
 * @property {import('./call-sender.js').CallSender} sender
 * @property {import('./delivery.js').Delivery} delivery
 * @property {import('./withdrawals.js').Withdrawals} withdrawals
 * @property {() => void} refuse throws if the task accepts no call
 * @property {() => boolean} deliver as TaskRunner has it
 */

/** Makes the calls of one task: from the caller to the queue. */
export class Dispatcher {
  #services;
  #core;
  #task;
  #config;
  #parts;
  /** @type {Map<string, import('./open-calls.js').Method>} */
  #methods = new Map();

  /**
   * @param {import('../runtime.js').RuntimeServices} services
   * @param {number} task its index in the core
   * @param {import('../runtime.js').CompleteTaskConfig} config
   * @param {DispatcherParts} parts
   */
  constructor(services, task, config, parts) {
    this.#services = services;
    this.#core = services.core;
    this.#task = task;
    this.#config = config;
    this.#parts = parts;
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
    const index = this.#core.dispatch(this.#task, method.address, traceIndex, inferred, priority);
    if (index === NONE) {
      const error = new QueueFullError(this.#config.taskId);
      const texts = this.#core.textsOf(error);
      this.#core.refuse(this.#task, method.address, traceIndex, inferred, ...texts);
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
      owner: this.#parts.calls,
      unwatch: undefined,
      stream: undefined,
    };
    this.#parts.calls.add(index, call);
    try {
      this.#parts.refuse();
      call.key ??= this.#keyOf(values);
      if (this.#watch(index, call, options)) this.#accept(index, call);
    } catch (error) {
      this.#parts.withdrawals.fail(index, call, error);
    }
    return promise;
  }

  /** @param {string} name */
  #methodOf(name) {
    let method = this.#methods.get(name);
    if (method === undefined) {
      method = this.#parts.sender.defineMethod(name);
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

  /**
   * Watches what can cancel the call.
   * @param {number} index
   * @param {OpenCall} call
   * @param {DispatchOptions} options
   * @returns {boolean} false if it is cancelled already
   */
  #watch(index, call, { signal, timeoutMs = this.#config.timeoutMs }) {
    if (!this.#parts.calls.has(index, call)) return false; // keyOf() has disposed the task
    if (!signal && call.key === undefined && timeoutMs === undefined) return true;
    const joined = call.key === undefined ? undefined : this.#services.abortKeys.join(call.key);
    const unwatch = watch([signal, joined?.signal], timeoutMs, (reason) =>
      this.#parts.withdrawals.settle(index, call, Status.canceled, reason)
    );
    call.unwatch = () => {
      unwatch();
      joined?.leave();
    };
    if (this.#parts.calls.has(index, call)) return true;
    call.unwatch?.();
    return false;
  }

  /**
   * @param {number} index
   * @param {OpenCall} call
   */
  #accept(index, call) {
    const { calls, workers, sender, delivery, deliver } = this.#parts;
    const accepted = this.#core.enqueue(index);
    this.#services.completions.register(index, this.#task);
    workers.setActive(true);
    if (this.#config.maxQueueDepth !== Infinity) this.#dropOverflow();
    const taken = accepted && calls.has(index, call);
    if (taken) sender.prepare(index, call);
    const posts = deliver();
    if (call.shared) {
      if (!posts) this.#services.completions.pollSoon();
    } else if (taken && calls.has(index, call)) delivery.capture(index, call);
  }

  #dropOverflow() {
    const { queuePolicy, maxQueueDepth } = this.#config;
    const ErrorClass = queuePolicy === 'reject' ? QueueFullError : QueueDropError;
    forEachIndex(this.#core.nextOverflow, this.#task, (index) => {
      const error = new ErrorClass(this.#config.taskId, maxQueueDepth);
      this.#parts.withdrawals.withdraw(index, this.#parts.calls.get(index), Status.error, error);
    });
  }
}
