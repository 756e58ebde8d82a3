/** @file A pair of runtimes on which the text of programs runs, and what such a text can use. */
import { nextMacrotask } from '../programs/values.js';
import { FAILURES, judge, UNCERTAIN, WRONG_PARENT } from './judge.js';
import { SLOTS } from './program.js';
import { Recorder } from './recorder.js';

/**
 * @typedef {(options?: import('atelier-wasm').RuntimeOptions)
 *   => Promise<import('atelier-wasm').TaskRuntime>} CreateTaskRuntime
 */

/**
 * What became of a program.
 * @typedef {import('./judge.js').Judgement & {
 *   kinds: string[], hangs: boolean, text: string }} Outcome `kinds`: how it failed; `text`: the
 *   program, with the verdicts
 */

/** A program has hung after so long, in ms. */
const HANG_MS = 10_000;
/**
 * When nothing has been going on for so many macrotasks, a program has come to rest. After half of
 * them its deferreds are resolved, if nobody has done so.
 */
const QUIET_MACROTASKS = 30;

/** A measure is missing if it is not there so long after that, in ms. */
const LATE_MS = 1000;

const AsyncFunction = /** @type {any} */ (async () => {}).constructor;

/** @param {string} text */
export function compiles(text) {
  try {
    return Boolean(new AsyncFunction(text));
  } catch {
    return false;
  }
}

const DISPOSE = Symbol.dispose ?? Symbol.for('Symbol.dispose');

const macrotask = () => new Promise((resolve) => nextMacrotask(() => resolve(undefined)));

/** Runs one program after the other on a pair of runtimes. */
export class Stage {
  #recorder = new Recorder();
  #runtimes;
  #tasks;
  #sampled;

  /**
   * @param {import('atelier-wasm').TaskRuntime[]} runtimes
   * @param {() => any} makeWorker
   * @param {boolean} sampled whether everything is
   */
  constructor(runtimes, makeWorker, sampled) {
    this.#runtimes = runtimes;
    this.#tasks = runtimes.map((runtime, i) =>
      runtime.defineTask({
        type: 'parallel',
        worker: makeWorker,
        taskId: i === 0 ? 'task' : 'task2',
        poolSize: 2 - i,
        maxInFlight: 8,
      })
    );
    this.#sampled = sampled;
  }

  /**
   * @param {{ createTaskRuntime: CreateTaskRuntime, makeWorker: () => any }} platform
   * @param {number} sampleRate
   */
  static async make({ createTaskRuntime, makeWorker }, sampleRate) {
    const make = () => createTaskRuntime({ spans: { retain: 0, sampleRate } });
    return new Stage([await make(), await make()], makeWorker, sampleRate === 1);
  }

  async end() {
    await Promise.all(this.#runtimes.map((runtime) => runtime.dispose()));
  }

  /**
   * @param {string} text
   * @param {boolean} [ours] whether each call has to be in its trace for certain
   * @returns {Promise<Outcome>} if it hangs, the stage is of no use any more
   */
  async run(text, ours = false) {
    const kit = new Kit(this.#recorder);
    const names = { ...kit.names };
    for (const [i, suffix] of ['', '2'].entries()) {
      Object.assign(names, {
        [`runtime${suffix}`]: this.#runtimes[i],
        [`task${suffix}`]: this.#tasks[i],
      });
    }
    const program = new AsyncFunction(...Object.keys(names), text);
    this.#recorder.start();
    /** @type {unknown[]} */
    const errors = [];
    let ended = false;
    program(...Object.values(names))
      .catch((/** @type {unknown} */ error) => errors.push(error))
      .finally(() => (ended = true));
    const hangs = !(await this.#comeToRest(kit, () => ended));
    for (const trace of kit.started) trace.end();
    this.#recorder.end();
    return this.#outcome(text, ours, errors, hangs);
  }

  /**
   * @param {Kit} kit
   * @param {() => boolean} hasEnded
   * @returns {Promise<boolean>} false if it hangs
   */
  async #comeToRest(kit, hasEnded) {
    const startMs = performance.now();
    let quiet = 0;
    let calls = 0;
    let lastMs = startMs;
    const isMeasured = () => kit.isMeasured || performance.now() - lastMs > LATE_MS;
    while (!hasEnded() || quiet < QUIET_MACROTASKS || !isMeasured()) {
      await macrotask();
      if (performance.now() - startMs > HANG_MS) return false;
      const isBusy = this.#tasks.some((task) => {
        const { inFlight, pending, waiting } = task.getState();
        return inFlight + pending + waiting > 0;
      });
      const { length } = this.#recorder.calls;
      quiet = isBusy || kit.pending > 0 || length > calls ? 0 : quiet + 1;
      if (quiet === 0) lastMs = performance.now();
      calls = length;
      if (quiet === QUIET_MACROTASKS / 2) kit.resolveAll();
    }
    return true;
  }

  /**
   * @param {string} text
   * @param {boolean} ours
   * @param {unknown[]} errors
   * @param {boolean} hangs
   * @returns {Outcome}
   */
  #outcome(text, ours, errors, hangs) {
    const judgement = judge(this.#recorder, { sampled: this.#sampled });
    const faults = [...judgement.faults, ...errors.map((error) => `it failed: ${error}`)];
    const left = performance.getEntriesByType('mark').filter(({ name }) => /^atelier:/.test(name));
    if (left.length > 0) faults.push(`marks are left: ${left.map(({ name }) => name)}`);
    if (hangs) faults.push('it hangs');
    /** @type {Set<string>} */
    const kinds = new Set(judgement.calls.map(({ verdict }) => verdict).filter(isFailure));
    if (ours && judgement.calls.some(({ isUncertain }) => isUncertain)) kinds.add(UNCERTAIN);
    if (judgement.traces.some(({ verdict }) => verdict === 'wrong')) kinds.add(WRONG_PARENT);
    for (const fault of faults)
      kinds.add(fault.replace(/\b(call|trace) \S+/, '$1').split(/[:,]/)[0]);
    const shown = annotated(text, judgement);
    return {
      ...judgement,
      kinds: [...kinds],
      hangs,
      text: [...faults, shown].join('\n'),
    };
  }
}

/** @type {(verdict: string) => boolean} */
const isFailure = (verdict) => FAILURES.has(verdict);

/**
 * @param {string} text
 * @param {import('./judge.js').Judgement} judgement
 */
function annotated(text, { calls, traces }) {
  const notes = (/** @type {string} */ line) => [
    ...calls.filter(({ id }) => line.includes(`call(${id},`)),
    ...traces.filter(({ name }) => line.includes(`race('${name}'`)),
  ];
  return text
    .split('\n')
    .map((line) => [line, ...new Set(notes(line).map((note) => note.text))].join('  // '))
    .join('\n');
}

/** What a program can name. */
class Kit {
  /** How many callbacks are to come that the platform calls. */
  pending = 0;
  /** @type {import('atelier-wasm').Trace[]} */
  started = [];
  #deferred = Array.from({ length: SLOTS }, makeDeferred);
  #recorder;
  names;

  /** @param {Recorder} recorder */
  constructor(recorder) {
    this.#recorder = recorder;
    /** @type {[slot: number, target: EventTarget][]} one for each listener */
    const targets = [];
    const timer = (/** @type {() => void} */ fn) => this.#later((go) => setTimeout(go, 1), fn);
    const message = (/** @type {() => void} */ fn) =>
      this.#later((go) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => {
          port1.close();
          go();
        };
        port2.postMessage(0);
      }, fn);
    const event = (/** @type {() => void} */ fn) => {
      const target = new EventTarget();
      target.addEventListener('now', fn, { once: true });
      this.#later(
        (go) => setTimeout(go),
        () => target.dispatchEvent(new Event('now'))
      );
    };
    const promised = (/** @type {(fn: () => void) => void} */ how) => () =>
      new Promise((resolve) => how(() => resolve(undefined)));
    this.names = {
      none: undefined,
      call: recorder.call.bind(recorder),
      /** One that names its trace. @type {<R>(id: number, trace: { id: string }, make: () => R) => R} */
      callIn: (id, trace, make) => recorder.call(id, trace, make, true),
      enter: recorder.begin.bind(recorder),
      started: (/** @type {any} */ trace, /** @type {any} */ around) => {
        recorder.begin(trace, around);
        this.started.push(trace);
        return trace;
      },
      dispose: DISPOSE,
      kept: [],
      deferred: this.#deferred,
      once,
      on: (/** @type {number} */ slot, /** @type {(...around: any[]) => void} */ fn) => {
        const target = new EventTarget();
        target.addEventListener('emit', (/** @type {any} */ { around }) => fn(...around));
        targets.push([slot, target]);
      },
      emit: (/** @type {number} */ slot, /** @type {any[]} */ ...around) => {
        for (const [own, target] of [...targets]) {
          if (own === slot) target.dispatchEvent(Object.assign(new Event('emit'), { around }));
        }
      },
      onTimer: timer,
      onMessage: message,
      timer: promised(timer),
      message: promised(message),
      event: promised(event),
      microtask: promised(queueMicrotask),
    };
  }

  /** Whether there is a measure of each call, and of each trace but those that the program may leave. */
  get isMeasured() {
    const { calls, traces } = this.#recorder;
    const left = new Set(this.started.map(({ id }) => id));
    return (
      calls.every(({ spanId, detail }) => spanId === '' || detail) &&
      [...traces.values()].every((trace) => left.has(trace.id) || trace.measure || !trace.isSampled)
    );
  }

  resolveAll() {
    for (const { resolve } of this.#deferred) resolve();
  }

  /**
   * @param {(go: () => void) => void} how
   * @param {() => void} fn
   */
  #later(how, fn) {
    this.pending += 1;
    how(() => {
      this.pending -= 1;
      fn();
    });
  }
}

/** @param {(...around: any[]) => Promise<unknown>} fn */
function once(fn) {
  /** @type {Promise<unknown> | undefined} */
  let promise;
  return (/** @type {any[]} */ ...around) => (promise ??= fn(...around));
}

function makeDeferred() {
  /** @type {() => void} */
  let resolve = () => {};
  const promise = new Promise((settle) => (resolve = () => settle(undefined)));
  return { promise, resolve };
}
