/**
 * @file Programs of calls with callbacks, made at random: each call gives what the same handler gives that
 * calls the same functions on this thread, whatever else is cancelled or crashes; none hangs, and no
 * callback is called that is over. For Node and browsers alike.
 */
import { Random } from '../chaos/random.js';
import { makeProgram, makeStagePlan } from './generate.js';
import { build, collect, play } from './play.js';

/**
 * @typedef {import('./generate.js').CallPlan} CallPlan
 * @typedef {import('./generate.js').CallbackPlan} CallbackPlan
 * @typedef {import('./generate.js').ProgramPlan} ProgramPlan
 */

/**
 * @typedef {object} CallbackProgramsOptions
 * @property {() => Promise<import('atelier-wasm').TaskRuntime>} createTaskRuntime
 * @property {typeof import('atelier-wasm').callback} callback
 * @property {() => any} makeWorker a worker whose script is worker.js
 * @property {number} seed
 * @property {number} programs
 */

/** A program has to end within so long, in ms; when it is shrunk, sooner. */
const HANG_MS = 20_000;
const SHRINK_HANG_MS = 3_000;
const PROGRAMS_A_STAGE = 50;

const turn = () => new Promise((resolve) => setTimeout(resolve));

/**
 * @param {CallbackProgramsOptions} options
 */
export async function runCallbackPrograms(options) {
  const { seed, programs } = options;
  const counts = { programs: 0, calls: 0, callbacks: 0, cancelled: 0, crashed: 0, streams: 0 };
  for (let next = seed; counts.programs < programs; next++) {
    const random = new Random(next);
    const plan = makeStagePlan(random);
    let stage = await Stage.make(options, plan);
    for (let i = 0; i < PROGRAMS_A_STAGE && counts.programs < programs; i++) {
      const program = makeProgram(random);
      const failures = await stage.run(program, HANG_MS);
      counts.programs += 1;
      counts.calls += program.calls.length;
      for (const key of /** @type {const} */ (['callbacks', 'cancelled', 'crashed', 'streams'])) {
        counts[key] += stage.counts[key];
      }
      if (failures.length > 0) {
        await stage.end();
        const smallest = await shrink(options, plan, program);
        const text = JSON.stringify(smallest ?? program);
        return {
          ...counts,
          failures: [`seed ${next}, ${JSON.stringify(plan)}: ${text}`, ...failures],
        };
      }
      if (program.disposeAfter !== undefined) {
        await stage.end();
        stage = await Stage.make(options, plan);
      }
    }
    await stage.end();
  }
  return { ...counts, failures: [] };
}

/**
 * Drops calls and steps of a program that fails, as long as it fails.
 * @param {CallbackProgramsOptions} options
 * @param {import('./generate.js').StagePlan} plan
 * @param {ProgramPlan} program
 * @returns {Promise<ProgramPlan | undefined>} undefined if it does not fail again
 */
async function shrink(options, plan, program) {
  const fails = async (/** @type {ProgramPlan} */ one) => {
    for (let tries = 0; tries < 3; tries++) {
      const stage = await Stage.make(options, plan);
      const failures = await stage.run(one, SHRINK_HANG_MS);
      await stage.end();
      if (failures.length > 0) return true;
    }
    return false;
  };
  if (!(await fails(program))) return undefined;
  for (;;) {
    const { calls } = program;
    const smaller = [
      ...calls.map((_, i) => ({ ...program, calls: calls.toSpliced(i, 1) })),
      ...calls.flatMap((call, i) =>
        call.steps.map((_, j) => ({
          ...program,
          calls: calls.with(i, { ...call, steps: call.steps.toSpliced(j, 1) }),
        }))
      ),
    ];
    let found;
    for (const one of smaller) {
      if (one.calls.length > 0 && (await fails(one))) {
        found = one;
        break;
      }
    }
    if (!found) return program;
    program = found;
  }
}

/** A runtime with its tasks. */
class Stage {
  #options;
  #runtime;
  #task;
  #other;
  /** @type {string[]} */
  #failures = [];
  counts = { callbacks: 0, cancelled: 0, crashed: 0, streams: 0 };

  /**
   * @param {CallbackProgramsOptions} options
   * @param {import('./generate.js').StagePlan} plan
   */
  static async make(options, plan) {
    return new Stage(options, plan, await options.createTaskRuntime());
  }

  /**
   * @param {CallbackProgramsOptions} options
   * @param {import('./generate.js').StagePlan} plan
   * @param {import('atelier-wasm').TaskRuntime} runtime
   */
  constructor(options, plan, runtime) {
    const worker = options.makeWorker;
    this.#options = options;
    this.#runtime = runtime;
    /** @type {any} */
    this.#task = runtime.defineTask({ type: 'parallel', worker, ...plan });
    /** What callbacks call: a handler that waits for one has its place. @type {any} */
    this.#other = runtime.defineTask({ type: 'parallel', worker, poolSize: 1, maxInFlight: 100 });
    this.requeues = plan.crashPolicy === 'restart-requeue-in-flight';
  }

  async end() {
    await this.#runtime.dispose();
    this.#runtime.clearMeasures();
  }

  /**
   * @param {ProgramPlan} program
   * @param {number} hangMs
   * @returns {Promise<string[]>} what was wrong
   */
  async run({ calls, disposeAfter }, hangMs) {
    this.#failures = [];
    this.counts = { callbacks: 0, cancelled: 0, crashed: 0, streams: 0 };
    const others = new Set();
    if (disposeAfter !== undefined) others.add('TaskDisposedError');
    const crashes = calls.some(({ steps }) => steps.some((step) => step.do === 'crash'));
    if (crashes && !this.requeues) others.add('WorkerCrashedError');
    const ends = Promise.all([
      ...calls.map((call) => this.#call(call, new Set(others), crashes)),
      this.#dispose(disposeAfter),
    ]).then(() => this.#comeToRest());
    /** @type {any} */
    let timer;
    const hang = new Promise((resolve) => {
      timer = setTimeout(() => {
        this.#failures.push(`hangs: ${JSON.stringify(this.#task.getState())}`);
        resolve(undefined);
      }, hangMs);
    });
    await Promise.race([ends, hang]);
    clearTimeout(timer);
    return this.#failures;
  }

  /** @param {number | undefined} turns */
  async #dispose(turns) {
    if (turns === undefined) return;
    for (let i = 0; i < turns; i++) await turn();
    this.#task.dispose();
  }

  async #comeToRest() {
    for (const task of [this.#task, this.#other]) while (task.getState().inFlight > 0) await turn();
  }

  /**
   * @param {CallPlan} plan
   * @param {Set<string>} others names of errors by which it may end
   * @param {boolean} crashes whether a worker does, perhaps its own
   */
  async #call(plan, others, crashes) {
    const { steps, streams, most, cancel } = plan;
    const controller = new AbortController();
    let isOver = false;
    let called = 0;
    const byNumber = plan.callbacks.map((kind) => (/** @type {any} */ value) => {
      if (isOver) this.#failures.push('a callback was called after its end');
      this.counts.callbacks += 1;
      if (cancel?.of === 'callbacks' && ++called > cancel.after) controller.abort();
      return this.#do(kind, value);
    });
    const { callback } = this.#options;
    const made = byNumber.map((fn) => callback(fn));
    let attempts = 0;
    const args = [
      steps,
      build(plan.value, (n) => made[n]),
      Object.fromEntries(made.entries()),
      callback(() => ++attempts === 1),
    ];
    if (cancel) {
      others.add('AbortError');
      if (cancel.of === 'turns') {
        (async () => {
          for (let i = 0; i < cancel.after; i++) await turn();
          controller.abort();
        })();
      }
    }
    const expected = this.#expect(plan);
    const method = streams ? 'stream' : 'collect';
    const task = this.#task.with({ signal: controller.signal, transfer: [] });
    const make = async () => {
      const call = task[method](...args);
      return streams ? take(await call, most) : call;
    };
    if (streams) this.counts.streams += 1;
    /** @type {any} */
    let outcome;
    try {
      const traced = plan.traced ? this.#runtime.trace('program', make) : make();
      outcome = { items: await traced };
    } catch (error) {
      outcome = { name: /** @type {any} */ (error)?.name, error };
    }
    isOver = true;
    if (attempts > 0) this.counts.crashed += 1;
    // A stream that has begun is not run again.
    if (crashes && streams) others.add('WorkerCrashedError');
    if (outcome.name === undefined) {
      const items = JSON.stringify(outcome.items);
      if (cancel && plan.callbacks.includes('never')) return; // what was cancelled may have gone on
      const right = JSON.stringify(streams ? (await expected).slice(0, most) : await expected);
      if (items !== right) this.#failures.push(`gave ${items}, not ${right}`);
    } else if (others.has(outcome.name)) this.counts.cancelled += 1;
    else this.#failures.push(`ended with ${outcome.error?.stack ?? outcome.error}`);
  }

  /**
   * Does what the handler does without it, by the same functions.
   * @param {CallPlan} plan
   * @returns {Promise<any[]>}
   */
  async #expect(plan) {
    if (plan.callbacks.includes('never')) return [];
    const direct = plan.callbacks.map((kind) => async (/** @type {any} */ value) => {
      const result = await this.#do(kind, structuredClone(value), true);
      return structuredClone(result);
    });
    const value = build(plan.value, (n) => direct[n], true);
    return collect(play(plan.steps, value, Object.fromEntries(direct.entries()), async () => {}));
  }

  /**
   * @param {CallbackPlan} kind
   * @param {any} value
   * @param {boolean} [isReference]
   */
  #do(kind, value, isReference = false) {
    switch (kind) {
      case 'echo':
        return value;
      case 'later':
        return turn().then(() => [value]);
      case 'throws':
        throw new RangeError('thrown');
      case 'rejects':
        return turn().then(() => Promise.reject(new TypeError('rejected')));
      case 'refused':
        return { value: () => {} };
      case 'calls':
        if (isReference) return { inner: value };
        return this.#other.with({ transfer: [] }).inner(
          this.#options.callback((x) => ({ inner: x })),
          value
        );
      case 'never':
        return new Promise(() => {});
    }
  }
}

/**
 * @param {AsyncIterator<unknown>} stream
 * @param {number} most
 */
async function take(stream, most) {
  const items = [];
  while (items.length < most) {
    const { done, value } = await stream.next();
    if (done) return items;
    items.push(value);
  }
  await stream.return?.();
  return items;
}
