/**
 * @file Generated programs of traces, each of which says of its calls to which trace they belong. For
 * Node and browsers alike. Seeded: a seed makes the same program. When workers answer is the machine's
 * affair, so a program that has failed is tried some times when it is shrunk.
 */
import { Random } from '../chaos/random.js';
import { generate } from './generate.js';
import { FAILURES, UNCERTAIN, WRONG_PARENT } from './judge.js';
import { print } from './print.js';
import { isSound } from './program.js';
import { shrink } from './shrink.js';
import { compiles, Stage } from './stage.js';

/**
 * @typedef {object} TraceProgramsOptions
 * @property {import('./stage.js').CreateTaskRuntime} createTaskRuntime
 * @property {() => any} makeWorker a worker whose script is worker.js
 * @property {number} seed of the first program
 * @property {number} programs
 * @property {boolean} [goesOn] whether it goes on after a failure
 */

/**
 * @typedef {object} TraceProgramsReport
 * @property {number} programs
 * @property {number} failed
 * @property {number} calls
 * @property {number} ms
 * @property {Record<string, number>} spans by their verdict (judge.js)
 * @property {Record<string, number>} parents of traces, by their verdict
 * @property {Record<string, number>} kinds how many programs failed how
 * @property {string[]} failures each with the smallest program that fails likewise
 */

/** So many programs share a pair of runtimes. */
const PROGRAMS_A_STAGE = 20;
/** In every so many stages, a part of the traces is not sampled. */
const SAMPLING_STAGE = 5;
/** So many failures of a kind are shrunk, and the others counted. */
const MOST_OF_A_KIND = 2;
const TRIES = 8;
const SHRINK_MS = 15_000;

/**
 * @param {TraceProgramsOptions} options
 * @returns {Promise<TraceProgramsReport>}
 */
export async function runTracePrograms({ seed, programs, goesOn = false, ...platform }) {
  const startMs = performance.now();
  /** @type {TraceProgramsReport} */
  const report = {
    programs: 0,
    failed: 0,
    calls: 0,
    ms: 0,
    spans: {},
    parents: {},
    kinds: {},
    failures: [],
  };
  const count = (/** @type {Record<string, number>} */ counts, /** @type {string} */ name) =>
    (counts[name] = (counts[name] ?? 0) + 1);
  const makeStage = (/** @type {number} */ n) =>
    Stage.make(platform, n % SAMPLING_STAGE === SAMPLING_STAGE - 1 ? 0.5 : 1);

  for (let n = 0; report.programs < programs && (goesOn || report.failed === 0); n++) {
    let stage = await makeStage(n);
    for (let i = 0; i < PROGRAMS_A_STAGE && report.programs < programs; i++) {
      const own = seed + report.programs;
      report.programs += 1;
      const program = generate(new Random(own));
      const text = print(program);
      const outcome = await stage.run(text, program.ours);
      report.calls += outcome.calls.length;
      for (const { verdict } of outcome.calls) count(report.spans, verdict);
      for (const { verdict } of outcome.traces) if (verdict) count(report.parents, verdict);
      if (outcome.kinds.length === 0) continue;
      report.failed += 1;
      for (const one of outcome.kinds) count(report.kinds, one);
      if (outcome.hangs) {
        await stage.end();
        stage = await makeStage(n);
      }
      const kind = outcome.kinds.find((one) => report.kinds[one] <= MOST_OF_A_KIND);
      if (kind !== undefined) {
        const smallest = await shrinkProgram(program, kind, () => makeStage(n));
        report.failures.push(`seed ${own}: ${kind}\n${smallest ?? outcome.text}`);
      }
      if (!goesOn) break;
    }
    await stage.end();
  }
  report.ms = Math.round(performance.now() - startMs);
  return report;
}

/** @type {(kind: string) => boolean} whether that is not for instance an error of the program's own */
const ofTraces = (kind) => FAILURES.has(kind) || kind === WRONG_PARENT || kind === UNCERTAIN;

/**
 * @param {import('./program.js').Program} program
 * @param {string} kind of the failure that is looked for
 * @param {() => Promise<Stage>} makeStage
 * @returns {Promise<string | undefined>} the text of the smallest, if it fails again
 */
async function shrinkProgram(program, kind, makeStage) {
  let stage = await makeStage();
  let text;
  const fails = async (/** @type {import('./program.js').Program} */ candidate) => {
    const printed = print(candidate);
    if (!isSound(candidate) || !compiles(printed)) return false;
    for (let n = 0; n < TRIES; n++) {
      const outcome = await stage.run(printed, candidate.ours);
      if (outcome.hangs) {
        await stage.end();
        stage = await makeStage();
      }
      const isOther = outcome.kinds.some((one) => !ofTraces(one) && one !== kind);
      if (isOther || !outcome.kinds.includes(kind)) continue;
      text = outcome.text;
      return true;
    }
    return false;
  };
  if (await fails(program)) await shrink(program, fails, SHRINK_MS);
  await stage.end();
  return text;
}
