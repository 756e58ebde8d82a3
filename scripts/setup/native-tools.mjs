import { access } from 'node:fs/promises';
import { installCommand, installPackages } from './apt.mjs';
import { findProgram, isAtLeast, versionOf } from './program.mjs';
import { SetupError, step } from './progress.mjs';

const GOOGLETEST = '/usr/src/googletest';

/**
 * @typedef {object} Tool
 * @property {string} name of the program, if it is one
 * @property {string} [minimum] version
 * @property {string[]} packages Debian's, that bring it
 */

/** @type {Tool[]} */
const PROGRAMS = [
  { name: 'g++', minimum: '12', packages: ['g++'] },
  { name: 'cmake', minimum: '3.25', packages: ['cmake'] },
  { name: 'ninja', packages: ['ninja-build'] },
  { name: 'clang-format', packages: ['clang-format'] },
  { name: 'clang-tidy', packages: ['clang-tidy'] },
  { name: 'clang-tidy-19', packages: ['clang-tidy-19'] },
];

/**
 * The tools that build and check the C++ core natively.
 *
 * @typedef {object} NativeTools
 * @property {string} googletest folder of GoogleTest's sources, which have a CMakeLists.txt
 * @property {string} summary a line for people
 */

/**
 * Finds the native tools and installs those that are missing or too old. The programs are on PATH.
 *
 * @returns {Promise<NativeTools>}
 * @throws {SetupError} naming what is still missing
 */
export async function ensureNativeTools() {
  const missing = await findMissing();
  if (missing.length > 0) await install(missing);
  return { googletest: GOOGLETEST, summary: `native tools (${PROGRAMS.map(nameOf).join(', ')})` };
}

/** @param {Tool[]} missing */
async function install(missing) {
  const packages = missing.flatMap((tool) => tool.packages);
  try {
    await step(`native tools: ${missing.map(nameOf).join(', ')}`, async () => {
      await installPackages(packages);
      const stillMissing = await findMissing();
      if (stillMissing.length === 0) return;
      const wanted = stillMissing.map(({ name, minimum = '' }) => `${name} ${minimum}`.trim());
      throw new Error(`the system's packages do not bring ${wanted.join(', ')} or later`);
    });
  } catch (error) {
    throw new SetupError('native tools', error, installCommand(packages));
  }
}

async function findMissing() {
  const present = await Promise.all(PROGRAMS.map(isPresent));
  const missing = PROGRAMS.filter((_, index) => !present[index]);
  const hasGoogletest = await access(`${GOOGLETEST}/CMakeLists.txt`).then(
    () => true,
    () => false
  );
  if (hasGoogletest) return missing;
  return [...missing, { name: 'GoogleTest', packages: ['googletest', 'libgtest-dev'] }];
}

/** @param {Tool} program */
async function isPresent({ name, minimum }) {
  const path = await findProgram(name);
  if (!path || !minimum) return Boolean(path);
  return isAtLeast(await versionOf(path), minimum);
}

/** @param {Tool} tool */
function nameOf({ name }) {
  return name;
}
