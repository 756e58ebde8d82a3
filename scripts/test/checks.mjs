import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { TSC } from '../build.mjs';
import { run } from '../setup/command.mjs';
import { checkBoundary } from './boundary.mjs';
import { tidyBoundary } from './boundary-tidy.mjs';
import { checkDecisions, checkLinks, checkReference, checkWorkflows } from './documents.mjs';
import { checkIncludes } from './includes.mjs';
import { checkFiles, checkLicences, checkSizes } from './package.mjs';
import { checkPackedTypes } from './packed-types.mjs';
import { REPOSITORY, succeeds } from './program.mjs';

/** @param {string} folder @param {RegExp} name */
async function files(folder, name) {
  const found = await readdir(join(REPOSITORY, folder), { recursive: true });
  return found.filter((file) => name.test(file)).map((file) => join(folder, file));
}

/** @typedef {() => Promise<boolean | void>} Check fails by `false`, or by an Error that says why */

/**
 * Formatting, lint and types, of C++ and JavaScript, and the package as it would be published; each
 * check counts as one.
 *
 * @param {import('../setup.mjs').Tools} tools
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function checkSources({ emscripten }) {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-checks-'));
  const counts = { passed: 0, failed: 0 };
  try {
    for (const [name, check] of Object.entries(await checksIn(folder, emscripten))) {
      const passed = await check().then(
        (result) => result ?? true,
        ({ message }) => void console.log(message)
      );
      console.log(`${passed ? '✓' : '✗'} ${name}`);
      counts[passed ? 'passed' : 'failed'] += 1;
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return counts;
}

/**
 * @param {string} folder for what they write
 * @param {import('../setup/emscripten.mjs').Emscripten} emscripten
 * @returns {Promise<Record<string, Check>>} in the order of how soon they tell
 */
async function checksIn(folder, emscripten) {
  const cpp = [...(await files('cpp', /\.(h|cpp)$/)), ...(await files('wasm', /\.(h|cpp)$/))];
  // Without `prepack`: the package has just been built.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const [packed] = JSON.parse(await run('npm', pack, { cwd: REPOSITORY }));
  const tarball = join(folder, packed.filename);
  const program =
    (/** @type {string} */ name, /** @type {string[]} */ ...args) =>
    () =>
      succeeds(name, args, { quiet: true });
  const npx = (/** @type {string[]} */ ...args) => program('npx', '--no-install', ...args);
  return {
    prettier: npx('prettier', '--check', '--log-level', 'warn', '.'),
    eslint: npx('eslint', '--max-warnings', '0', '.'),
    tsc: program('node', TSC, '-p', 'tsconfig.json'),
    'types, as packed': () => checkPackedTypes(tarball, join(folder, 'types')),
    'API reference': checkReference,
    links: checkLinks,
    decisions: checkDecisions,
    workflows: checkWorkflows,
    attw: npx('attw', tarball, '--profile', 'esm-only'),
    publint: npx('publint', '--strict'),
    'files of the tarball': () =>
      checkFiles(packed.files.map((/** @type {{ path: string }} */ { path }) => path)),
    'size caps': checkSizes,
    licences: checkLicences,
    'includes of the core': checkIncludes,
    'exports of the core': checkBoundary,
    'clang-format': program('clang-format', '--dry-run', '--Werror', ...cpp),
    // writes the compile commands for clang-tidy
    cmake: program('cmake', '--preset', 'native'),
    'clang-tidy of the boundary': () =>
      tidyBoundary(
        cpp.filter((file) => /^wasm\/.*\.cpp$/.test(file)),
        emscripten
      ),
    // The core with its headers and tests.
    'clang-tidy': program('run-clang-tidy', '-quiet', '-p', 'build/native', '/cpp/atelier/'),
  };
}
