import { isSound } from './program.js';

/**
 * @typedef {import('./program.js').Program} Program
 * @typedef {import('./program.js').Step} Step
 */

/**
 * Drops what a program fails without, as long as there is time.
 * @param {Program} program
 * @param {(program: Program) => Promise<boolean>} fails tries it a few times
 * @param {number} limitMs
 * @returns {Promise<Program>}
 */
export async function shrink(program, fails, limitMs) {
  const endMs = performance.now() + limitMs;
  let smallest = program;
  for (let size = Math.ceil(program.steps.length / 2); size >= 1;) {
    let anySmaller = false;
    for (const steps of candidates(smallest.steps, size)) {
      if (performance.now() > endMs) return smallest;
      if (!isSound(program.stage, steps)) continue;
      const candidate = { ...smallest, steps };
      if (!(await fails(candidate))) continue;
      smallest = candidate;
      anySmaller = true;
      break;
    }
    if (!anySmaller) size = size === 1 ? 0 : Math.floor(size / 2);
  }
  return smallest;
}

/**
 * @param {Step[]} steps
 * @param {number} size how many steps are dropped at a time
 * @returns {Iterable<Step[]>}
 */
function* candidates(steps, size) {
  for (let at = steps.length - size; at > -size; at -= size) {
    const dropped = steps.slice(Math.max(0, at), at + size);
    yield without(steps, new Set(dropped));
  }
  if (size > 1) return;
  for (const [at, step] of steps.entries()) {
    for (const simpler of simplerSteps(step)) yield steps.with(at, simpler);
  }
}

/**
 * @param {Step[]} steps
 * @param {Set<Step>} dropped
 */
function without(steps, dropped) {
  const gone = new Set([...dropped].flatMap((step) => (step.do === 'call' ? [step.id] : [])));
  /** @type {Step[]} */
  const kept = [];
  for (const step of steps) {
    if (dropped.has(step)) continue;
    if ((step.do === 'read' || step.do === 'cancel') && gone.has(step.id)) continue;
    if (step.do !== 'await') kept.push(step);
    else {
      const ids = step.ids.filter((id) => !gone.has(id));
      if (ids.length > 0) kept.push({ ...step, ids });
    }
  }
  return kept;
}

/**
 * @param {Step} step
 * @returns {Step[]}
 */
function simplerSteps(step) {
  if (step.do === 'await' && step.ids.length > 1) {
    return step.ids.map((id) => ({ ...step, ids: step.ids.filter((other) => other !== id) }));
  }
  if (step.do !== 'call') return [];
  const { cancel, within, ...rest } = step;
  /** @type {Step[]} */
  const simpler = [];
  if (within) simpler.push({ ...rest, ...(cancel && { cancel }) });
  if (cancel) simpler.push({ ...rest, ...(within && { within }) });
  if (Object.keys(step.options).length > 0) simpler.push({ ...step, options: {} });
  if (step.us > 0) simpler.push({ ...step, us: 0 });
  return simpler;
}
