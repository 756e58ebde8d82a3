/**
 * @file Generated programs of calls, each of which says how its calls have to end. Nothing may hang,
 * and at the end of each program nothing may be left. For Node and browsers alike.
 *
 * Seeded: a seed makes the same programs. When their calls meet what workers do is the machine's
 * affair, so a program that has failed is tried some times when it is shrunk.
 */
import { Random } from '../chaos/random.js';
import { makeProgram, makeStage } from './generate.js';
import { callsIn, join, show } from './program.js';
import { shrink } from './shrink.js';
import { Stage } from './stage.js';
import { tryProgram } from './trial.js';
import { Watchdog } from './watchdog.js';

/** @typedef {import('./program.js').Program} Program */

/**
 * @typedef {object} ProgramsOptions
 * @property {import('./stage.js').CreateTaskRuntime} createTaskRuntime
 * @property {() => any} makeWorker a worker whose script is worker.js
 * @property {number} seed of the first stage
 * @property {number} programs
 * @property {number} lanes how many stages there are at the same time
 * @property {boolean} [goesOn] whether it goes on after a failure
 */

/**
 * @typedef {object} ProgramsReport
 * @property {number} programs
 * @property {number} calls
 * @property {number} ms
 * @property {Record<string, number>} kinds how many failures there were of which kind
 * @property {string[]} failures each with the smallest program that fails likewise
 */

/** A call has to settle within so long, in ms; when a program is shrunk, sooner. */
const HANG_MS = 10_000;
const SHRINK_HANG_MS = 700;
/** The first program of a stage may have to wait for its workers to start. */
const SHRINK_FIRST_HANG_MS = 3000;

const SHRINK_MS = 30_000;
const TRIES = 40;
/** So many failures of a kind are shrunk, and the others counted. */
const MOST_OF_A_KIND = 3;
const MOST_FAILURES = 100;
/** Many, since starting workers takes longer than a hundred programs; but on different tasks. */
const PROGRAMS_A_STAGE = { least: 50, most: 400, share: 1 / 8 };
/** Where workers come and go, a program takes many times as long. */
const PROGRAMS_A_RESTLESS_STAGE = 10;

/**
 * @param {ProgramsOptions} options
 * @returns {Promise<ProgramsReport>}
 */
export async function runPrograms(options) {
  const { seed, programs, lanes, goesOn = false } = options;
  const startMs = performance.now();
  /** @type {ProgramsReport} */
  const report = { programs: 0, calls: 0, ms: 0, kinds: {}, failures: [] };
  const watchdog = new Watchdog();
  let next = seed;
  const most = goesOn ? MOST_FAILURES : 1;
  const runLane = async () => {
    const count = () => Object.values(report.kinds).reduce((sum, n) => sum + n, 0);
    while (report.programs < programs && count() < most) {
      await runStage(next++, options, watchdog, report);
    }
  };
  await Promise.all(Array.from({ length: lanes }, runLane));
  watchdog.end();
  report.ms = Math.round(performance.now() - startMs);
  return report;
}

/**
 * Runs the programs of one seed, until one fails.
 * @param {number} seed
 * @param {ProgramsOptions} options
 * @param {Watchdog} watchdog
 * @param {ProgramsReport} report
 */
async function runStage(seed, options, watchdog, report) {
  const random = new Random(seed);
  const plan = makeStage(random);
  const make = () => Stage.make(options.createTaskRuntime, options.makeWorker, plan);
  const stage = await make();
  const most = plan.restless ? PROGRAMS_A_RESTLESS_STAGE : programsAStage(options.programs);
  /** @type {Program | undefined} */
  let previous;
  for (let n = 0; n < most && report.programs < options.programs; n++) {
    const program = makeProgram(random, plan);
    report.programs += 1;
    report.calls += callsIn(program.steps).length;
    const failure = await tryProgram(stage, program, watchdog, HANG_MS);
    if (failure) {
      const { kind } = failure;
      report.kinds[kind] = (report.kinds[kind] ?? 0) + 1;
      if (report.kinds[kind] <= MOST_OF_A_KIND) {
        const what = [`seed ${seed}, program ${n}: ${kind}`, ...failure.what];
        const smallest = await shrinkProgram(program, previous, new Retrial(make, watchdog, kind));
        report.failures.push([...what, show(program), 'The smallest:', smallest].join('\n'));
      }
      break;
    }
    previous = program;
  }
  await stage.end();
}

/**
 * @param {Program} program
 * @param {Program | undefined} previous which may have left something behind
 * @param {Retrial} retrial
 * @returns {Promise<string>} the text of the smallest
 */
async function shrinkProgram(program, previous, retrial) {
  const fails = (/** @type {Program} */ candidate) => retrial.fails(candidate);
  const whole = [program, ...(previous ? [join(previous, program)] : [])];
  for (const candidate of whole) {
    if (await fails(candidate)) return show(await shrink(candidate, fails, SHRINK_MS));
  }
  return 'none: it has not failed again';
}

/** @param {number} programs in all */
function programsAStage(programs) {
  const { least, most, share } = PROGRAMS_A_STAGE;
  return Math.max(least, Math.min(most, Math.ceil(programs * share)));
}

/** Tries programs again, each some times in a row on a stage of its own. */
class Retrial {
  #makeStage;
  #watchdog;
  #kind;

  /**
   * @param {() => Promise<Stage>} makeStage
   * @param {Watchdog} watchdog
   * @param {import('./trial.js').Failure['kind']} kind of the failure that is looked for
   */
  constructor(makeStage, watchdog, kind) {
    this.#makeStage = makeStage;
    this.#watchdog = watchdog;
    this.#kind = kind;
  }

  /** @param {Program} program */
  async fails(program) {
    const stage = await this.#makeStage();
    try {
      for (let n = 0; n < TRIES; n++) {
        const limitMs = n === 0 ? SHRINK_FIRST_HANG_MS : SHRINK_HANG_MS;
        const failure = await tryProgram(stage, program, this.#watchdog, limitMs);
        if (failure) return failure.kind === this.#kind;
      }
      return false;
    } finally {
      await stage.end();
    }
  }
}
