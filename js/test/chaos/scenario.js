/**
 * @file Calls of many kinds while everything around them goes wrong at random moments: workers are
 * killed, end by themselves, throw and hang, calls are cancelled, tasks are disposed. At the end each
 * call is held against its own span. For Node and browsers alike, so with nothing that only one has.
 *
 * Seeded: a seed makes the same decisions each time. When they meet what workers do is the
 * machine's affair.
 */

import { CALM, END, HANG, isInTrace, isPossible, show, statusOf, THROW_OUTSIDE } from './calls.js';
import { Entries } from './entries.js';
import { Random } from './random.js';

/**
 * @typedef {import('./calls.js').CallRecord} CallRecord
 * @typedef {import('./calls.js').Kind} Kind
 * @typedef {import('./calls.js').Subject} Subject
 */

/**
 * @typedef {object} ChaosOptions
 * @property {(options?: import('atelier-wasm').RuntimeOptions)
 *   => Promise<import('atelier-wasm').TaskRuntime>} createTaskRuntime
 * @property {() => any} makeWorker a worker whose script is workers/handlers.js
 * @property {number} seed
 * @property {number} rounds of about 20 calls
 */

/**
 * @typedef {object} ChaosReport
 * @property {number} calls
 * @property {number} workers that were made
 * @property {number} kills workers terminated from outside
 * @property {number} cancellations by signals, keys and timeouts, that callers saw
 * @property {number} hangs calls of a handler that never yields again
 * @property {number} throws calls that throw outside of their handler
 * @property {number} exits calls that end their worker
 * @property {number} retried calls that ran more than once
 * @property {number} traces
 * @property {number} disposedTasks in the middle of it
 * @property {Record<string, number>} outcomes how many calls ended how
 * @property {string[]} failures what went wrong that should not have: none, one hopes
 */

const STUCK_MS = 60_000;
const CALLS_A_ROUND = 20;
const MOST_OPEN = 300; // far below the 1,000 up to which marks are made at the call itself
const TASKS = 3;
const KEYS = ['red', 'green', 'blue'];

/**
 * @param {ChaosOptions} options
 * @returns {Promise<ChaosReport>}
 */
export async function runChaos({ createTaskRuntime, makeWorker, seed, rounds }) {
  const runtime = await createTaskRuntime();
  const chaos = new Chaos(runtime, makeWorker, new Random(seed));
  try {
    await chaos.run(rounds);
  } catch (error) {
    chaos.report.failures.push(`${error}`);
  }
  await runtime.dispose();
  runtime.clearMeasures();
  return chaos.report;
}

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Chaos {
  #runtime;
  #makeWorker;
  #random;
  #startRandom;
  #entries = new Entries();
  /** @type {Subject[]} */
  #subjects = [];
  #defined = 0;
  #calm = false;
  /** @type {any[]} */
  #alive = [];
  /** @type {Promise<unknown>[]} */
  #kills = [];
  /** @type {CallRecord[]} */
  #calls = [];
  /** @type {Set<CallRecord>} */
  #open = new Set();
  /** @type {Promise<unknown>[]} */
  #flows = [];
  /** @type {{ id: string, spans: number, status: string }[]} */
  #traces = [];
  #wake = () => {};

  /** @type {ChaosReport} */
  report = {
    calls: 0,
    workers: 0,
    kills: 0,
    cancellations: 0,
    hangs: 0,
    throws: 0,
    exits: 0,
    retried: 0,
    traces: 0,
    disposedTasks: 0,
    outcomes: {},
    failures: [],
  };

  /**
   * @param {import('atelier-wasm').TaskRuntime} runtime
   * @param {() => any} makeWorker
   * @param {Random} random
   */
  constructor(runtime, makeWorker, random) {
    this.#runtime = runtime;
    this.#makeWorker = makeWorker;
    this.#random = random;
    this.#startRandom = random.fork();
  }

  /** @param {number} rounds */
  async run(rounds) {
    for (let i = 0; i < TASKS; i++) this.#subjects.push(this.#define());
    for (let round = 0; round < rounds; round++) {
      this.#makeCalls();
      await this.#pause();
      this.#disturb();
      this.#checkStates();
      await this.#untilOpen(MOST_OPEN);
    }
    await this.#untilOpen(0);
    await Promise.all(this.#flows);
    await this.#checkRest();
    await this.#disposeAmidCalls();
    this.#entries.end();
    this.#checkSpans();
    this.#checkTraces();
    this.#checkMarks();
  }

  /** @param {string} what */
  #fail(what) {
    if (this.report.failures.length < 20) this.report.failures.push(what);
  }

  /** @returns {Subject} */
  #define() {
    const random = this.#random;
    const type = random.chance(0.25) ? 'singleton' : 'parallel';
    const poolSize = type === 'singleton' ? 1 : 1 + random.int(3);
    const config = {
      type,
      poolSize,
      taskId: `chaos-${++this.#defined}`,
      worker: () => this.#startWorker(),
      init: random.pick(['eager', 'lazy', 'lazy']),
      maxInFlight: poolSize * random.pick([1, 1, 2]),
      queuePolicy: random.pick(['block', 'reject', 'drop-latest', 'drop-oldest']),
      maxQueueDepth: random.pick([Infinity, 5, 20]),
      crashPolicy: random.pick([
        'restart-fail-in-flight',
        'restart-requeue-in-flight',
        'restart-requeue-in-flight',
        'fail-task',
      ]),
      crashMaxRetries: random.int(4),
      terminateAfterMs: random.chance(0.7) ? random.below(30) : undefined,
      idleTimeoutMs: random.chance(0.4) ? random.below(30) : undefined,
      timeoutMs: random.chance(0.2) ? 20 + random.below(500) : undefined,
    };
    const task = this.#runtime.defineTask(/** @type {any} */ (config));
    return { task, config, calls: 0, disposed: false };
  }

  #startWorker() {
    if (!this.#calm && this.#startRandom.chance(0.03)) throw new Error('no worker today');
    const worker = this.#makeWorker();
    this.report.workers += 1;
    this.#alive.push(worker);
    return worker;
  }

  #makeCalls() {
    const random = this.#random;
    for (let n = random.int(2 * CALLS_A_ROUND); n > 0; n--) this.#call(random);
    if (random.chance(0.5)) this.#flows.push(this.#flow(random.fork()));
    if (random.chance(0.2)) {
      const trace = this.#runtime.startTrace('by hand');
      const subject = random.pick(this.#subjects);
      this.#call(random, { ...subjectIn(subject), options: { trace }, id: trace.id });
      trace.end();
      this.#traces.push({ id: trace.id, spans: 1, status: 'ok' });
    }
  }

  /**
   * Some calls in a trace.
   * @param {Random} random
   */
  async #flow(random) {
    const ends = random.pick(['ok', 'error']);
    /** @type {any} */
    const seen = { spans: 0, status: ends };
    this.#traces.push(seen);
    const flow = this.#runtime.trace('flow', async (trace) => {
      seen.id = trace.id;
      const calls = Array.from({ length: 1 + random.int(4) }, () => {
        seen.spans += 1;
        return this.#call(random, { id: trace.id });
      });
      await Promise.race(calls);
      this.#call(random, { id: trace.id, uncertain: true });
      await Promise.all(calls);
      seen.spans += 1;
      await this.#call(random, { id: trace.id, options: { trace } });
      if (ends === 'error') throw new Error('the flow failed');
    });
    await flow.catch(() => {});
  }

  /**
   * Makes one call.
   * @param {Random} random
   * @param {{ id?: string, uncertain?: boolean, options?: object, subject?: Subject }} [where] the
   *   trace that it has to be in, if any
   * @returns {Promise<void>} resolves when it has settled
   */
  #call(random, { id, uncertain = false, options = {}, subject } = {}) {
    subject ??= random.pick(this.#subjects);
    const kind = this.#kind(random, subject);
    const args =
      typeof kind.args === 'function' ? kind.args(this.#calls.length, random) : kind.args;
    /** @type {CallRecord} */
    const record = {
      subject,
      kind,
      method: kind.method,
      number: this.#calls.length,
      late: subject.disposed,
      cancellations: subject.config.timeoutMs === undefined ? [] : ['TimeoutError'],
      trace: id === undefined ? undefined : { id, certain: !uncertain },
      outcome: '',
    };
    const bound = subject.task.with({
      ...this.#options(random, record),
      ...kind.options,
      ...options,
    });
    this.#calls.push(record);
    this.#open.add(record);
    subject.calls += 1;
    const called = bound[kind.method](...args);
    record.start = this.#entries.takeStart();
    return (kind.stream ? this.#iterate(called, random, record) : called).then(
      (/** @type {unknown} */ value) => this.#returned(record, value),
      (/** @type {any} */ error) => this.#settled(record, String(error?.name), error)
    );
  }

  /**
   * Takes the items of a stream, and stops in the middle of some.
   * @param {AsyncIterable<number>} stream
   * @param {Random} random
   * @param {CallRecord} record
   */
  async #iterate(stream, random, record) {
    const most = random.chance(0.3) ? random.int(10) : Infinity;
    let next = 0;
    for await (const item of stream) {
      if (item !== next) this.#fail(`${show(record)}: item ${item} at ${next}`);
      next += 1;
      if (next <= most) continue;
      record.cancellations.push('AbortError');
      break;
    }
    if (next > most) throw named('AbortError');
    return 'all';
  }

  /**
   * @param {Random} random
   * @param {Subject} subject
   * @returns {Kind}
   */
  #kind(random, { config }) {
    const luck = random.next();
    if (luck < 0.02 && config.terminateAfterMs !== undefined) return HANG;
    if (luck > 0.99) return END;
    if (luck > 0.98) return THROW_OUTSIDE;
    return random.pick(CALM);
  }

  /**
   * @param {Random} random
   * @param {CallRecord} record
   * @returns {import('atelier-wasm').DispatchOptions}
   */
  #options(random, record) {
    const { cancellations, kind } = record;
    const luck = random.next();
    /** @type {import('atelier-wasm').DispatchOptions} */
    const options = { priority: random.int(3), onProgress: this.#progressOf(record) };
    if (luck < 0.15) {
      const reason = random.chance(0.5) ? undefined : named('ChangedMind');
      cancellations.push(reason?.name ?? 'AbortError');
      const controller = new AbortController();
      options.signal = controller.signal;
      if (random.chance(0.3)) controller.abort(reason);
      else setTimeout(() => controller.abort(reason), random.below(15));
    }
    if (luck > 0.8) {
      options.key = random.pick(KEYS);
      cancellations.push('AbortError');
    }
    if (kind === HANG || random.chance(0.1)) {
      options.timeoutMs = random.below(20);
      cancellations.push('TimeoutError');
    }
    return options;
  }

  /** @param {CallRecord} record */
  #progressOf(record) {
    let last = -1;
    return (/** @type {number} */ step) => {
      if (!this.#open.has(record)) this.#fail(`${show(record)}: progress after its end`);
      // From the start again if it runs again.
      if (step !== last + 1 && step !== 0) this.#fail(`${show(record)}: step ${step} at ${last}`);
      last = step;
    };
  }

  /**
   * @param {CallRecord} record
   * @param {unknown} value
   */
  #returned(record, value) {
    const { kind, number } = record;
    if (!kind.returns?.(value, number)) this.#fail(`${show(record)}: returned ${value}`);
    this.#settled(record, 'ok');
  }

  /**
   * @param {CallRecord} record
   * @param {string} outcome
   * @param {{ stack?: string }} [error] what it was
   */
  #settled(record, outcome, error) {
    if (!this.#open.delete(record)) this.#fail(`${show(record)}: settled again, ${outcome}`);
    record.outcome = outcome;
    if (!isPossible(record)) this.#fail(`${show(record)}: not possible. ${error?.stack ?? ''}`);
    this.#count(record);
    this.#wake();
  }

  /** @param {CallRecord} record */
  #count(record) {
    const { report } = this;
    const { outcome, kind } = record;
    report.calls += 1;
    report.outcomes[outcome] = (report.outcomes[outcome] ?? 0) + 1;
    if (record.cancellations.includes(outcome)) report.cancellations += 1;
    if (kind === HANG) report.hangs += 1;
    if (kind === THROW_OUTSIDE) report.throws += 1;
    if (kind === END) report.exits += 1;
  }

  async #pause() {
    const ms = this.#random.below(100);
    if (this.#random.chance(0.5)) await sleep(ms);
    else await this.#untilOpen(Math.max(0, this.#open.size - 5));
  }

  #disturb() {
    const random = this.#random;
    const controller = this.#runtime.abortTaskController;
    if (random.chance(0.4)) this.#kill(random);
    if (random.chance(0.2)) controller.abort(random.pick(KEYS));
    if (random.chance(0.05)) controller.clear(random.pick(KEYS));
    if (random.chance(0.15)) this.#replaceTask(random);
    if (random.chance(0.1)) random.pick(this.#subjects).task.stopWorkers();
    if (random.chance(0.1)) random.pick(this.#subjects).task.startWorkers();
    for (const { task, config } of this.#subjects) {
      const failed = config.crashPolicy === 'fail-task' && task.getState().activeWorkers === 0;
      if (failed && random.chance(0.8)) task.startWorkers();
    }
  }

  /** @param {Random} random */
  #kill(random) {
    const [victim] = this.#alive.splice(random.int(this.#alive.length), 1);
    if (!victim) return;
    this.report.kills += 1;
    this.#kills.push(victim.terminate());
  }

  /** @param {Random} random */
  #replaceTask(random) {
    const place = random.int(this.#subjects.length);
    const subject = this.#subjects[place];
    subject.task.dispose();
    subject.disposed = true;
    this.report.disposedTasks += 1;
    this.#call(random, { subject });
    this.#checkEmpty(subject);
    this.#subjects[place] = this.#define();
  }

  /**
   * Waits until no more calls are open than `most`.
   * @param {number} most
   */
  async #untilOpen(most) {
    while (this.#open.size > most) {
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      const stuck = await new Promise((resolve) => {
        this.#wake = () => resolve(false);
        timer = setTimeout(() => resolve(true), STUCK_MS);
      });
      clearTimeout(timer);
      if (!stuck) continue;
      const some = [...this.#open].slice(0, 5).map(show).join('; ');
      throw new Error(`${this.#open.size} calls do not settle: ${some}`);
    }
  }

  #checkStates() {
    for (const { task, config } of this.#subjects) {
      const { inFlight, inFlightByWorker } = task.getState();
      const sum = inFlightByWorker.reduce(
        (/** @type {number} */ a, /** @type {number} */ b) => a + b
      );
      if (inFlight > config.maxInFlight || sum > inFlight) {
        this.#fail(`${config.taskId}: ${inFlight} in flight of ${config.maxInFlight}, ${sum}`);
      }
    }
  }

  /** When all callers have their answers: the counters say so, and every task works. */
  async #checkRest() {
    this.#calm = true;
    await Promise.all(this.#kills);
    for (const subject of this.#subjects) {
      const { task, config } = subject;
      await this.#untilIdle(subject);
      if (config.crashPolicy === 'fail-task') task.startWorkers();
      /** @type {Kind} */
      const kind = { method: 'add', args: [1, 2], returns: (value) => value === 3 };
      const next = { subject, kind, method: 'add', late: false, trace: undefined };
      /** @type {CallRecord} */
      const record = { ...next, number: this.#calls.length, cancellations: [], outcome: '' };
      this.#calls.push(record);
      this.#open.add(record);
      subject.calls += 1;
      const sum = task.with({ timeoutMs: STUCK_MS }).add(1, 2);
      record.start = this.#entries.takeStart();
      await sum.then(
        (/** @type {unknown} */ value) => this.#returned(record, value),
        (/** @type {Error} */ error) => {
          this.#settled(record, error.name);
          this.#fail(`${config.taskId}: the next call failed: ${error}`);
        }
      );
      this.#checkEmpty(subject);
    }
    const { tasks } = this.#runtime.getRuntimeSnapshot();
    const counted = tasks.map((task) => [task.taskId, task.totalDispatched]);
    const made = this.#subjects.map(({ config, calls }) => [config.taskId, calls]);
    // Disposed tasks are not in it any more.
    if (`${counted.sort()}` !== `${made.sort()}`) {
      this.#fail(`calls counted: ${counted}; made: ${made}`);
    }
  }

  /**
   * Cancelled calls are in flight until their handlers have ended, or their workers.
   * @param {Subject} subject
   */
  async #untilIdle({ task, config }) {
    const sinceMs = performance.now();
    while (task.getState().inFlight > 0) {
      if (performance.now() - sinceMs > STUCK_MS) {
        throw new Error(`${config.taskId}: a cancelled call stays in flight`);
      }
      await sleep(5);
    }
  }

  /** @param {Subject} subject */
  #checkEmpty({ task, config, calls }) {
    const { inFlight, pending, waiting, totalDispatched } = task.getState();
    if (inFlight + pending + waiting > 0) {
      this.#fail(`${config.taskId}: ${inFlight} in flight, ${pending} pending, ${waiting} waiting`);
    }
    if (totalDispatched !== calls) {
      this.#fail(`${config.taskId}: ${totalDispatched} calls counted, ${calls} made`);
    }
  }

  async #disposeAmidCalls() {
    const calls = Array.from({ length: 10 }, () => this.#call(this.#random));
    for (const subject of this.#subjects) subject.disposed = true;
    await this.#runtime.dispose();
    await Promise.race([Promise.all(calls), this.#untilOpen(0)]);
    for (const subject of this.#subjects) this.#checkEmpty(subject);
  }

  #checkSpans() {
    const { starts, measures } = this.#entries;
    if (starts !== this.#calls.length) {
      this.#fail(`${starts} start marks of ${this.#calls.length} calls`);
    }
    for (const record of this.#calls) {
      const found = measures.get(`atelier:span:${record.start?.spanId}`) ?? [];
      if (found.length !== 1) this.#fail(`${show(record)}: ${found.length} measures`);
      else this.#checkSpan(record, found[0]);
    }
  }

  /**
   * @param {CallRecord} record
   * @param {any} measure
   */
  #checkSpan(record, { detail, duration }) {
    const { subject, method, trace, outcome, start } = record;
    const { config } = subject;
    const { queueWaitMs, executionMs = 0, attemptCount } = detail;
    const attempts =
      config.crashPolicy === 'restart-requeue-in-flight' ? 1 + config.crashMaxRetries : 1;
    if (attemptCount > 1) this.report.retried += 1;
    const checks = {
      'its start mark': start.method === method && start.taskId === config.taskId,
      method: detail.method === method && detail.taskId === config.taskId,
      status: detail.status === statusOf(record),
      errorName: outcome === 'ok' ? !('errorName' in detail) : detail.errorName === outcome,
      attemptCount: attemptCount <= attempts,
      times: queueWaitMs >= 0 && executionMs >= 0 && queueWaitMs + executionMs < duration + 0.01,
      traceId: isInTrace(detail.traceId, trace),
    };
    for (const [what, right] of Object.entries(checks)) {
      if (!right) this.#fail(`${show(record)}: ${what} is wrong: ${JSON.stringify(detail)}`);
    }
  }

  #checkTraces() {
    const ids = this.#calls.map(({ start }) => start?.traceId);
    this.report.traces = this.#traces.length;
    for (const { id, spans, status } of this.#traces) {
      const found = this.#entries.measures.get(`atelier:trace:${id}`) ?? [];
      const detail = /** @type {any} */ (found[0])?.detail;
      const most = ids.filter((traceId) => traceId === id).length;
      const counted = detail?.spanCount >= spans && detail?.spanCount <= most;
      if (found.length !== 1 || detail.status !== status || !counted) {
        this.#fail(`trace ${id}: ${found.length} measures, ${JSON.stringify(detail)}, ${spans}`);
      }
    }
  }

  #checkMarks() {
    const left = performance.getEntriesByType('mark').filter(({ name }) => /^atelier:/.test(name));
    if (left.length > 0) this.#fail(`${left.length} marks are left: ${left[0].name}`);
  }
}

/** @param {Subject} subject */
const subjectIn = (subject) => ({ subject });

/** @param {string} name */
const named = (name) => Object.assign(new Error(name), { name });
