import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from './command.mjs';

/**
 * Finds the first of some programs that PATH offers.
 *
 * @param {...string} names in order of preference
 * @returns {Promise<string | undefined>} its path
 */
export async function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Promise<boolean>} whether there is something that this user may execute
 */
export async function isExecutable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false
  );
}

/**
 * Asks a program for its version.
 *
 * @param {string} path
 * @param {string} [flag]
 * @returns {Promise<string | undefined>} such as `12.2.0`; undefined if the program does not run
 */
export async function versionOf(path, flag = '--version') {
  const output = await run(path, [flag]).catch(() => '');
  return output.match(/\d+(?:\.\d+)*/)?.[0];
}

/**
 * @param {string | undefined} version such as `4.0.10`
 * @param {string} minimum such as `4.0.9`
 * @returns {boolean} false for an undefined version
 */
export function isAtLeast(version, minimum) {
  if (version === undefined) return false;
  return version.localeCompare(minimum, 'en', { numeric: true }) >= 0;
}
