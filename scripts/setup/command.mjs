import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const HEAD_LINES = 6;
const TAIL_LINES = 12;

/** A program that could not be started, or that ended with anything but exit code 0. */
export class CommandError extends Error {
  name = 'CommandError';
}

/**
 * Runs a program to its end, without a shell and without input.
 *
 * @param {string} program name on PATH, or a path
 * @param {string[]} args
 * @param {object} [options]
 * @param {string} [options.cwd]
 * @param {Record<string, string>} [options.env] added to this process's own environment
 * @param {(line: string) => void} [options.onLine] sees each line of output as it comes
 * @returns {Promise<string>} what the program wrote to its standard output
 * @throws {CommandError} with the first and the last lines of both outputs in its message
 */
export async function run(program, args, { cwd, env, onLine } = {}) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  /** @type {string[]} */
  const output = [];
  /** @type {string[]} */
  const lines = [];
  const keep = (/** @type {string} */ line) => {
    lines.push(line);
    onLine?.(line);
  };
  createInterface({ input: child.stderr }).on('line', keep);
  createInterface({ input: child.stdout }).on('line', (line) => {
    output.push(line);
    keep(line);
  });

  const command = [program, ...args].join(' ');
  const status = await ended.catch((cause) => {
    throw new CommandError(`\`${command}\` did not start: ${cause}`, { cause });
  });
  if (status !== 0) {
    throw new CommandError(
      [`\`${command}\` ended with ${status}:`, ...excerpt(lines)].join('\n  ')
    );
  }
  return output.join('\n');
}

/** @param {string[]} lines */
function excerpt(lines) {
  const omitted = lines.length - HEAD_LINES - TAIL_LINES;
  if (omitted <= 1) return lines;
  return [...lines.slice(0, HEAD_LINES), `… (${omitted} lines)`, ...lines.slice(-TAIL_LINES)];
}
