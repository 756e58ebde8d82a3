import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/** @param {string} folder @param {RegExp} name */
async function files(folder, name) {
  const found = await readdir(join(REPOSITORY, folder), { recursive: true });
  return found.filter((file) => name.test(file)).map((file) => join(folder, file));
}

/**
 * Formatting, lint and types, of C++ and JavaScript; each check counts as one.
 *
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function checkSources() {
  const cpp = [...(await files('cpp', /\.(h|cpp)$/)), ...(await files('wasm', /\.(h|cpp)$/))];
  const core = await files('cpp', /(?<!_test)\.cpp$/);
  /** @type {[string, string, string[]][]} */
  const checks = [
    ['prettier', 'npx', ['--no-install', 'prettier', '--check', '--log-level', 'warn', '.']],
    ['eslint', 'npx', ['--no-install', 'eslint', '--max-warnings', '0', '.']],
    ['tsc', 'npx', ['--no-install', 'tsc', '-p', 'tsconfig.json']],
    ['types', 'npx', ['--no-install', 'tsc', '-p', 'tsconfig.typetests.json']],
    ['publint', 'npx', ['--no-install', 'publint', '--strict']],
    ['clang-format', 'clang-format', ['--dry-run', '--Werror', ...cpp]],
    ['cmake', 'cmake', ['--preset', 'native']], // writes the compile commands for clang-tidy
    ['clang-tidy', 'clang-tidy', ['--quiet', '-p', 'build/native', ...core]],
  ];
  const counts = { passed: 0, failed: 0 };
  for (const [name, program, args] of checks) {
    const passed = await succeeds(program, args, { quiet: true });
    console.log(`${passed ? '✓' : '✗'} ${name}`);
    counts[passed ? 'passed' : 'failed'] += 1;
  }
  return counts;
}
