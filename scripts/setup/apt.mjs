import { run } from './command.mjs';
import { findProgram } from './program.mjs';

const INSTALL = ['install', '-y', '--no-install-recommends'];

/**
 * Installs Debian packages on the system, as root or by sudo if that asks for no password.
 *
 * @param {string[]} packages
 * @returns {Promise<void>}
 * @throws {Error} if there is no apt, no right to use it, or the installation fails
 */
export async function installPackages(packages) {
  if (!(await findProgram('apt-get'))) throw new Error('there is no apt-get on this system');
  const [program, ...prefix] = [...(await rootPrefix()), 'env', 'DEBIAN_FRONTEND=noninteractive'];
  const apt = (/** @type {string[]} */ args) => run(program, [...prefix, 'apt-get', '-q', ...args]);
  // One broken source fails the update, and need not matter for the installation.
  const updateFailure = await apt(['update']).then(() => '', String);
  await apt(['-o', 'DPkg::Lock::Timeout=120', ...INSTALL, ...packages]).catch((cause) => {
    throw new Error(`${updateFailure}\n${cause}`.trim(), { cause });
  });
}

/**
 * @param {string[]} packages
 * @returns {string} the command that installs them, for a person to type
 */
export function installCommand(packages) {
  return `sudo apt-get update && sudo apt-get ${[...INSTALL, ...packages].join(' ')}`;
}

/** What to put before a command that needs root. */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  await run('sudo', ['-n', 'true']).catch((cause) => {
    throw new Error('this needs root, and sudo is not there or asks for a password', { cause });
  });
  return ['sudo', '-n'];
}
