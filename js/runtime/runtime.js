import { NotIsolatedError } from '../errors.js';
import { Heap } from '../shared/heap.js';
import { AbortKeys } from './calls/abort-keys.js';
import { LONGEST_TIMER_MS } from './calls/cancellation.js';
import { Completions } from './calls/completions.js';
import { makeCore, NONE } from './core.js';
import { checkMeasureFilter, checkRuntimeOptions, checkTaskConfig } from './options.js';
import { makeSubscribe } from './snapshot-subscription.js';
import { TaskRunner } from './task.js';
import { makeTaskProxy } from './task-proxy.js';
import { makeTraceContext } from './traces/trace-context.js';
import { Traces } from './traces/trace.js';
import { loadWasmModule } from './wasm-module.js';

/**
 * @typedef {import('../types.js').RuntimeOptions} RuntimeOptions
 * @typedef {import('../types.js').TaskConfig} TaskConfig
 * @typedef {import('../types.js').TaskRuntime} TaskRuntime
 * @typedef {import('../platform/platform.js').Platform} Platform
 */

/**
 * What the services of one runtime share.
 * @typedef {object} RuntimeServices
 * @property {Platform} platform
 * @property {import('./core.js').WasmModule} module
 * @property {import('../types.js').RuntimeMode} mode
 * @property {import('./core.js').Core} core
 * @property {Heap} heap
 * @property {Completions} completions
 * @property {import('./traces/trace-context.js').TraceContext} context
 * @property {Traces} traces
 * @property {(import('./calls/open-calls.js').OpenCall | undefined)[]} openCalls by their index in the core
 * @property {AbortKeys} abortKeys
 * @property {(taskId: string) => number} taskNumberOf how the core tells a task's id from others
 */

/**
 * A task's configuration with its defaults filled in.
 * @typedef {'taskName' | 'keyOf' | 'timeoutMs' | 'terminateAfterMs' | 'idleTimeoutMs'} Optional
 * @typedef {Required<Omit<TaskConfig, Optional>> & Pick<TaskConfig, Optional>} CompleteTaskConfig
 */

/** Engines without `await using` have no such symbol yet. */
const ASYNC_DISPOSE = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');

/** @type {FinalizationRegistry<import('./core.js').Core>} */
const collected = new FinalizationRegistry((core) => core.delete());

/**
 * Makes `createTaskRuntime` for one platform.
 * @param {Platform} platform
 */
export function makeCreateTaskRuntime(platform) {
  /**
   * Creates a runtime on this thread, which owns it: tasks are defined here, calls are made here,
   * and here their entries are in the performance timeline.
   * @param {RuntimeOptions} [options]
   * @returns {Promise<TaskRuntime>}
   * @throws {TypeError} for a bad option; {NotIsolatedError} if there is no shared memory, but has to
   *   be; {Error} if the wasm module cannot be loaded
   */
  return async function createTaskRuntime(options = {}) {
    const spans = checkRuntimeOptions(options);
    const mode = platform.hasSharedMemory() ? 'shared-memory' : 'messages';
    if (mode === 'messages' && options.isolation === 'required') throw new NotIsolatedError();
    const module = await loadWasmModule(platform, mode, options.wasm);
    const core = makeCore(module, spans);
    const heap = new Heap(module.wasmMemory);
    const context = await makeTraceContext(platform);
    const completions = new Completions(core, heap, platform.nextMacrotask, context, mode);
    const traces = new Traces(core, heap, context, platform.nextMacrotask);
    const abortKeys = new AbortKeys();
    /** @type {Map<string, number>} */
    const taskNumbers = new Map();
    const runtime = makeRuntime({
      platform,
      module,
      mode,
      core,
      heap,
      completions,
      context,
      traces,
      openCalls: [],
      abortKeys,
      taskNumberOf(taskId) {
        const number = taskNumbers.get(taskId) ?? taskNumbers.size;
        taskNumbers.set(taskId, number);
        return number;
      },
    });
    collected.register(traces, core);
    return runtime;
  };
}

/**
 * @param {RuntimeServices} services
 * @returns {TaskRuntime}
 */
function makeRuntime(services) {
  const { platform, core, traces } = services;
  /** @type {Set<TaskRunner>} those that have not been disposed by themselves */
  const tasks = new Set();
  let defined = 0;
  let ends = false;
  /** @type {FinalizationRegistry<number>} */
  const disposedTasks = new FinalizationRegistry((index) => core.forgetTask(index));
  /** @type {Promise<void> | undefined} */
  let disposed;
  /** @type {Promise<void> | undefined} */
  let drained;

  const getRuntimeSnapshot = () => ({ tasks: [...tasks].map((task) => task.snapshot()) });
  const subscriptions = makeSubscribe(getRuntimeSnapshot);

  const dispose = async () => {
    ends = true;
    subscriptions.end();
    const stopped = [...tasks].map((task) => task.dispose());
    traces.endAll(new Error('The runtime was disposed.'));
    await Promise.all(stopped);
  };

  /** @type {import('../types.js').RuntimeMembers} */
  const members = {
    mode: services.mode,

    defineTask(config) {
      checkTaskConfig(config);
      if (disposed) throw new Error('defineTask(): the runtime has been disposed.');
      if (drained) throw new Error('defineTask(): the runtime is being drained.');
      defined += 1;
      const task = new TaskRunner(services, completed(config, platform, defined), () => {
        if (ends) return;
        tasks.delete(task);
        disposedTasks.register(task, task.index);
      });
      tasks.add(task);
      return makeTaskProxy(task, {});
    },

    trace(/** @type {any} */ nameOrFn, /** @type {any} */ fn = nameOrFn) {
      if (typeof fn !== 'function' || (nameOrFn !== fn && typeof nameOrFn !== 'string')) {
        throw new TypeError('trace() takes a function, or a name (a string) and a function.');
      }
      return traces.run(nameOrFn === fn ? undefined : nameOrFn, fn);
    },

    startTrace(name) {
      if (name !== undefined && typeof name !== 'string') {
        throw new TypeError(`startTrace() takes a name (a string) or nothing, not ${name}.`);
      }
      return /** @type {any} */ (traces.start(name));
    },

    clearMeasures(filter = {}) {
      checkMeasureFilter(filter);
      const { traceId, taskId, spanId } = filter;
      if (!isHex(traceId, 32) || !isHex(spanId, 16)) return; // no id of ours
      const number = taskId === undefined ? NONE : services.taskNumberOf(taskId);
      core.clearMeasures(core.handleOf(traceId), number, core.handleOf(spanId));
    },

    abortTaskController: services.abortKeys,
    drain: () => (drained ??= Promise.all([...tasks].map((task) => task.drain())).then(() => {})),
    getRuntimeSnapshot,
    subscribeRuntimeSnapshot: subscriptions.subscribe,
    dispose: () => (disposed ??= dispose()),
  };
  const more = { [ASYNC_DISPOSE]: members.dispose, [Symbol.toStringTag]: 'TaskRuntime' };
  return /** @type {any} */ (Object.assign(members, more));
}

/**
 * @param {TaskConfig} config
 * @param {Platform} platform
 * @param {number} number
 * @returns {CompleteTaskConfig}
 */
function completed(config, platform, number) {
  const poolSize = config.type === 'singleton' ? 1 : (config.poolSize ?? platform.poolSize());
  return {
    ...config,
    taskId: config.taskId ?? `task-${number}`,
    poolSize,
    init: config.init ?? 'lazy',
    maxInFlight: config.maxInFlight ?? poolSize,
    maxQueueDepth: config.maxQueueDepth ?? Infinity,
    queuePolicy: config.queuePolicy ?? 'block',
    crashPolicy: config.crashPolicy ?? 'restart-fail-in-flight',
    crashMaxRetries: config.crashMaxRetries ?? 3,
    startTimeoutMs: config.startTimeoutMs ?? 60_000,
    terminateAfterMs: timerMs(config.terminateAfterMs),
    idleTimeoutMs: timerMs(config.idleTimeoutMs),
  };
}

/**
 * A timer that waits longer than there are timers for never fires.
 * @param {number | undefined} ms
 */
function timerMs(ms) {
  return ms !== undefined && ms <= LONGEST_TIMER_MS ? ms : undefined;
}

/**
 * @param {string | undefined} text
 * @param {number} digits
 */
function isHex(text, digits) {
  return text === undefined || (text.length === digits && /^[0-9a-f]+$/.test(text));
}
