/** @file The states of a machine that calls are measured in, and processes that bring them about. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism, constants, cpus, setPriority } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @typedef {'quiet' | 'idle-load' | 'busy'} State
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 */

/**
 * What each state has for each core: nothing; a process of the lowest scheduling class, which only
 * keeps the core from sleeping; one of ordinary priority, as a tab that computes.
 * @type {Record<State, { title: string, start?: () => Promise<ChildProcess> }>}
 */
export const STATES = {
  quiet: { title: 'quiet' },
  'idle-load': { title: 'idle-priority load', start: spinIdly },
  busy: { title: 'busy', start: () => spin(process.execPath, []) },
};

/** Spins as long as its parent lives, however that ends. */
const SPIN = `
  const parent = Number(process.argv[1]);
  while (process.ppid === parent) for (let i = 0; i < 1e7; i++);
`;

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<ChildProcess>}
 */
async function spin(command, args) {
  const child = spawn(command, [...args, '-e', SPIN, String(process.pid)], { stdio: 'ignore' });
  await once(child, 'spawn');
  return child;
}

/** Without `chrt` (util-linux), by the lowest ordinary priority. */
async function spinIdly() {
  try {
    return await spin('chrt', ['--idle', '0', process.execPath]);
  } catch {
    const child = await spin(process.execPath, []);
    setPriority(/** @type {number} */ (child.pid), constants.priority.PRIORITY_LOW);
    return child;
  }
}

/**
 * Puts the machine into a state.
 * @param {State} state
 * @returns {Promise<() => void>} ends it; throws if it ended before
 */
export async function enterState(state) {
  const { start } = STATES[state];
  const children = start
    ? await Promise.all(Array.from({ length: availableParallelism() }, start))
    : [];
  const kill = () => children.forEach((child) => child.kill('SIGKILL'));
  process.once('exit', kill);
  return () => {
    const ended = children.some(({ exitCode, signalCode }) => exitCode !== null || signalCode);
    process.off('exit', kill);
    kill();
    if (ended) throw new Error('A process that was to keep a core from resting has ended.');
  };
}

/** @returns {Promise<number>} the share of the cores' time that others take: of one second */
export async function othersShare() {
  const [before, , after] = [cpus(), await delay(1000), cpus()];
  const sum = (/** @type {import('node:os').CpuInfo[]} */ all, /** @type {boolean} */ idle) =>
    all.reduce((ms, { times }) => {
      const { user, nice, sys, irq } = times;
      return ms + (idle ? times.idle : user + nice + sys + irq + times.idle);
    }, 0);
  return 1 - (sum(after, true) - sum(before, true)) / (sum(after, false) - sum(before, false));
}
