/** @file Runs cases, each on a task that has run others, and shrinks what fails. */
import { Random } from '../chaos/random.js';
import { makeCase, makePlan, show, smallerCases } from './case.js';
import { QueueRun } from './run.js';

/**
 * @typedef {import('./case.js').QueueCase} QueueCase
 * @typedef {(plan: import('./case.js').QueuePlan) => QueueRun} MakeRun
 */

/**
 * @typedef {object} QueueOptions
 * @property {import('atelier-wasm').TaskRuntime} runtime
 * @property {(workerData: SharedArrayBuffer) => any} makeWorker
 * @property {number} seed
 * @property {number} cases
 * @property {boolean} goesOn whether it goes on after a failure
 */

const CASES_A_TASK = 10;
const MOST_FAILURES = 10;
const SHRINK_MS = 20_000;
const TRIES = 3;

/**
 * @param {QueueOptions} options
 * @returns {Promise<{ cases: number, failures: string[] }>}
 */
export async function runCases({ runtime, makeWorker, seed, cases, goesOn }) {
  /** @type {MakeRun} */
  const make = (plan) => new QueueRun(runtime, makeWorker, plan);
  const report = { cases: 0, failures: /** @type {string[]} */ ([]) };
  const most = goesOn ? MOST_FAILURES : 1;
  for (let next = seed; report.cases < cases && report.failures.length < most; next++) {
    const random = new Random(next);
    const plan = makePlan(random, next);
    const run = make(plan);
    /** @type {QueueCase[]} */
    const history = [];
    for (let n = 0; n < CASES_A_TASK && report.cases < cases; n++) {
      const one = makeCase(random, plan);
      report.cases += 1;
      history.push(one);
      const wrong = await run.run(one);
      if (!wrong) continue;
      const smallest = await shrink(history, make);
      report.failures.push(`seed ${next}, case ${n}: ${wrong}\n${show(one)}\n${smallest}`);
      break;
    }
    run.end();
  }
  return report;
}

/**
 * Looks for the smallest case that fails; if it does so only after others, for the fewest of those.
 * @param {QueueCase[]} history that has failed with the last
 * @param {MakeRun} make
 * @returns {Promise<string>} its text, and how it fails
 */
async function shrink(history, make) {
  const endMs = performance.now() + SHRINK_MS;
  let smallest = history;
  let how = await failureOf(smallest.slice(-1), make);
  if (how) smallest = smallest.slice(-1);
  else how = await failureOf(smallest, make);
  if (!how) return 'It has not failed again.';
  for (const candidates of [fewerCases, smallerLast(8), smallerLast(2), smallerLast(1)]) {
    for (let isSmaller = true; isSmaller;) {
      isSmaller = false;
      for (const candidate of candidates(smallest)) {
        const wrong = performance.now() < endMs && (await failureOf(candidate, make));
        if (!wrong) continue;
        smallest = candidate;
        how = wrong;
        isSmaller = true;
        break;
      }
    }
  }
  return ['The smallest:', ...smallest.map(show), how].join('\n');
}

/** @param {QueueCase[]} history */
function* fewerCases(history) {
  for (let at = 0; at < history.length - 1; at++) yield history.filter((_, i) => i !== at);
}

/**
 * @param {number} size
 * @returns {(history: QueueCase[]) => Iterable<QueueCase[]>}
 */
function smallerLast(size) {
  return function* (history) {
    for (const [at, one] of history.entries()) {
      for (const smaller of smallerCases(one, size)) yield history.with(at, smaller);
    }
  };
}

/**
 * @param {QueueCase[]} history
 * @param {MakeRun} make
 * @returns {Promise<string | undefined>} how the last fails
 */
async function failureOf(history, make) {
  for (let n = 0; n < TRIES; n++) {
    const run = make(history[0].plan);
    try {
      for (const one of history) {
        const wrong = await run.run(one);
        if (wrong && one === history.at(-1)) return wrong;
        if (wrong) break;
      }
    } finally {
      run.end();
    }
  }
  return undefined;
}
