/** @file Runs one program on a stage, and tells what went wrong. */

import { endingsOf } from './endings.js';
import { ProgramRun } from './run.js';
import { pause } from './values.js';

/**
 * @typedef {object} Failure
 * @property {'a hang' | 'no rest' | 'a wrong end' | 'a wrong state'} kind
 * @property {string[]} what
 */

/** What it waits for when it looks whether another call frees those that hang, in ms. */
const FREEING_MS = 500;

/**
 * @param {import('./stage.js').Stage} stage
 * @param {import('./program.js').Program} program
 * @param {import('./watchdog.js').Watchdog} watchdog
 * @param {number} limitMs
 * @returns {Promise<Failure | undefined>} if there is one, the stage is of no use any more
 */
export async function tryProgram(stage, program, watchdog, limitMs) {
  stage.renew();
  const run = new ProgramRun(stage, program);
  if (!(await watchdog.endsInTime(run.run(), limitMs))) {
    return { kind: 'a hang', what: [...run.failures, ...(await describeHang(stage, run))] };
  }
  if (!(await watchdog.endsInTime(run.comeToRest(), limitMs))) {
    return { kind: 'no rest', what: [...run.failures, ...run.counters] };
  }
  run.checkCounts();
  const endings = endingsOf(program);
  for (const { step, outcome } of run.calls.values()) {
    const names = endings.get(step.id) ?? new Set();
    if (outcome !== undefined && names.has(outcome)) continue;
    run.failures.push(`call ${step.id} ended with ${outcome}, not ${[...names].join(' or ')}`);
  }
  if (run.failures.length > 0) return { kind: 'a wrong end', what: run.failures };
  return run.miscounts.length > 0 ? { kind: 'a wrong state', what: run.miscounts } : undefined;
}

/**
 * @param {import('./stage.js').Stage} stage
 * @param {ProgramRun} run
 */
async function describeHang({ slots }, run) {
  const names = () => run.open.map(({ step }) => `${step.id} (${step.method})`).join(', ');
  const lines = [`open are calls ${names()}`];
  for (const [index, { task, disposed }] of slots.entries()) {
    const { inFlight, inFlightByWorker, pending, waiting, activeWorkers } = task.getState();
    const counters = JSON.stringify({
      inFlight,
      inFlightByWorker,
      pending,
      waiting,
      activeWorkers,
    });
    lines.push(`task ${index}: ${counters}`);
    if (disposed) continue;
    const next = task.now(0, 'number', 0).then(
      () => 'ended',
      (/** @type {Error} */ error) => `failed with ${error}`
    );
    const how = await Promise.race([next, pause(FREEING_MS).then(() => 'hangs too')]);
    lines.push(`another call of task ${index} ${how}; then open are ${names() || 'none'}`);
  }
  return lines;
}
