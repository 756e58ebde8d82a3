/**
 * @file Sends random values on every path, and holds what arrives against what `structuredClone` makes
 * of them on the same engine. For Node and pages alike. Seeded: a seed makes the same values each time.
 */
import { Random } from '../chaos/random.js';
import { describe } from '../values/describe.js';
import { build } from './build.js';
import { BLOB, generate } from './generate.js';
import { PATHS } from './paths.js';
import { makePollution, pollute } from './pollution.js';
import { shrink } from './shrink.js';

/**
 * @typedef {import('./generate.js').Program} Program
 * @typedef {import('./paths.js').Path} Path
 * @typedef {import('./pollution.js').Pollution} Pollution
 */

/**
 * @typedef {object} FuzzOptions
 * @property {(options?: import('atelier-wasm').RuntimeOptions)
 *   => Promise<import('atelier-wasm').TaskRuntime>} createTaskRuntime
 * @property {() => any} makeWorker a worker whose script is fuzz/worker.js
 * @property {number} seed
 * @property {number} values how many, on all paths together
 */

/**
 * @typedef {object} FuzzReport
 * @property {Record<string, number>} values how many took which path
 * @property {number} refused how many of them no clone takes
 * @property {number} vanished how many a Proxy in them had changed before they were cloned
 * @property {number} polluted how many were sent while Object.prototype had more than usual
 * @property {string[]} failures what did not arrive as structuredClone has it
 */

const BATCH = 60;
const STUCK_MS = 20_000;
const MOST_FAILURES = 5;

/** @type {import('atelier-wasm').DispatchOptions} */
const CLONING = { transfer: [], transferResult: false };

/**
 * @param {FuzzOptions} options
 * @returns {Promise<FuzzReport>}
 */
export async function runFuzz({ createTaskRuntime, makeWorker, seed, values }) {
  const runtime = await createTaskRuntime({ spans: { retain: 0 } });
  const transferring = runtime.defineTask({
    type: 'singleton',
    worker: makeWorker,
    maxInFlight: Infinity,
  });
  const task = { transferring, cloning: transferring.with(CLONING) };
  const random = new Random(seed);
  /** @type {FuzzReport} */
  const report = { values: {}, refused: 0, vanished: 0, polluted: 0, failures: [] };
  for (let sent = 0; sent < values && report.failures.length < MOST_FAILURES;) {
    const count = Math.min(BATCH, values - sent);
    sent += count;
    await runBatch(new Batch(task, random), count, random.fork(), report);
  }
  await runtime.dispose();
  return report;
}

/**
 * @param {Batch} batch
 * @param {number} count
 * @param {Random} random
 * @param {FuzzReport} report
 */
async function runBatch(batch, count, random, report) {
  const { path } = batch;
  const programs = Array.from({ length: count }, () => {
    const program = generate(random);
    return wrap(path, batch.takes(program) ? program : ['primitive', 0]);
  });
  report.values[path.name] = (report.values[path.name] ?? 0) + count;
  if (batch.pollution.length > 0) report.polluted += count;
  const { comparisons, called } = await batch.compare(programs);
  if (called.length > 0) {
    report.failures.push(`${batch}: setters of Object.prototype were called: ${called}`);
  }
  for (const [i, { expected, actual }] of comparisons.entries()) {
    if (expected.startsWith('refused')) report.refused += 1;
    if (expected === actual) continue;
    if (mayVanish(programs[i])) {
      report.vanished += 1;
      continue;
    }
    const small = await shrink(programs[i], async (smaller) => {
      const [one] = (await batch.compare([wrap(path, smaller)])).comparisons;
      return one.expected !== one.actual && !mayVanish(smaller);
    });
    let [shown] = (await batch.compare([small])).comparisons;
    if (shown.expected === shown.actual) shown = { expected, actual }; // only beside others
    report.failures.push(
      `${batch}: ${JSON.stringify(small)}\n expected ${brief(shown.expected)}\n but got  ${brief(shown.actual)}`
    );
    if (report.failures.length >= MOST_FAILURES) return;
  }
}

/** @param {string} text */
const brief = (text) => text.replace(/(.{1,3}?)\1{20,}/gu, (all, part) => `${part}…×${all.length}`);

/**
 * @param {Path} path
 * @param {Program} program
 * @returns {Program}
 */
function wrap({ wraps, says }, program) {
  const isNone = program[0] === 'primitive' && program[1] === 0 && says; // no reason at all
  return isNone || wraps?.includes(program[0]) ? ['array', [program], []] : program;
}

/**
 * Nothing tells a Proxy but the clone, and its traps may have changed the value before that: what is
 * left arrives then, if it is not small and plain.
 * @param {Program} program
 */
const mayVanish = (program) => JSON.stringify(program).includes('"proxy"');

/** Values that go the same way, all at once. */
class Batch {
  #task;
  #cloning;

  /**
   * @param {{ transferring: any, cloning: any }} task
   * @param {Random} random
   */
  constructor({ transferring, cloning }, random) {
    this.#cloning = random.chance(0.5);
    this.#task = this.#cloning ? cloning : transferring;
    this.plain = transferring;
    this.path = random.pick(PATHS);
    /** @type {Pollution} */
    this.pollution = random.chance(0.25) ? makePollution(random) : [];
  }

  /**
   * Node's own Blob takes no pollution.
   * @param {Program} program
   */
  takes(program) {
    return this.pollution.length === 0 || !JSON.stringify(program).includes(`"builtIn",${BLOB},`);
  }

  toString() {
    const polluted = this.pollution.length > 0 ? ` with ${JSON.stringify(this.pollution)}` : '';
    return `${this.path.name}${this.#cloning ? ', cloned' : ''}${polluted}`;
  }

  /** @param {Program[]} programs */
  async compare(programs) {
    const { path, pollution, plain } = this;
    if (pollution.length > 0) await plain.pollute(pollution);
    const restore = pollute(pollution);
    /** @type {string[]} */
    let called;
    /** @type {import('./paths.js').Outcome[]} */
    let outcomes;
    try {
      const sent = programs.map((program) => settled(path.send(this.#task, program)));
      outcomes = await Promise.all(sent);
    } finally {
      called = restore();
    }
    if (pollution.length > 0) called.push(...(await plain.restore()));
    const comparisons = await Promise.all(
      programs.map(async (program, i) => ({
        expected: await expectation(path, program),
        actual: await show(outcomes[i]),
      }))
    );
    return { comparisons, called };
  }
}

/**
 * @param {Promise<import('./paths.js').Outcome>} outcome
 * @returns {Promise<import('./paths.js').Outcome>}
 */
async function settled(outcome) {
  /** @type {any} */
  let timer;
  const stuck = new Promise((resolve) => {
    timer = setTimeout(() => resolve({ text: 'it never settles' }), STUCK_MS);
  });
  const first = await Promise.race([outcome, stuck]);
  clearTimeout(timer);
  return /** @type {any} */ (first);
}

/**
 * @param {Path} path
 * @param {Program} program
 */
async function expectation(path, program) {
  let values;
  try {
    const value = build(program);
    if (path.says) say(value);
    values = structuredClone(path.twice ? [value, value] : [value]);
  } catch (error) {
    return `refused: ${path.refused ?? /** @type {any} */ (error).name}`;
  }
  return describe(values);
}

/**
 * What the timeline does with a failure that is no error.
 * @param {unknown} value
 */
function say(value) {
  try {
    return Reflect.apply(String, undefined, [value]); // as it stands, a bundler would leave it out
  } catch {
    return 'unprintable';
  }
}

/** @param {any} outcome */
async function show(outcome) {
  if (outcome.refused) return `refused: ${outcome.refused.name}`;
  return outcome.text ?? describe([outcome.value]);
}
