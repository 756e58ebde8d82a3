/**
 * @file Keeps the CPUs from sleeping while something is measured: waking one up takes up to 100 µs,
 * which any round trip would be charged with. What keeps them awake must take no time from what is
 * measured, so it runs in processes of the scheduler's idle class, which yield to all others at
 * once; where there is no such class, at the lowest priority.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, constants, setPriority } from 'node:os';

/** Spins, and ends by itself when the process that started it is gone. */
const SPIN = `
  const parent = process.ppid;
  while (process.ppid === parent) for (const end = Date.now() + 100; Date.now() < end; );`;

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<import('node:child_process').ChildProcess | undefined>} undefined if there is
 *   no such program
 */
async function start(command, args) {
  const child = spawn(command, args, { stdio: 'ignore' });
  return new Promise((resolve) => {
    child.once('spawn', () => resolve(child));
    child.once('error', () => resolve(undefined));
  });
}

/** @returns {Promise<() => void>} lets them sleep again */
export async function keepAwake() {
  const node = [process.execPath, '--eval', SPIN];
  const children = await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const idle = await start('chrt', ['--idle', '0', ...node]);
      if (idle) return idle;
      const child = await start(node[0], node.slice(1));
      if (child?.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
      return child;
    })
  );
  return () => children.forEach((child) => child?.kill());
}
