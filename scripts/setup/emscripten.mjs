import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { run } from './command.mjs';
import { ensureDebianEmscripten } from './debian-emscripten.mjs';
import { findProgram, isAtLeast, versionOf } from './program.mjs';
import { SetupError, step } from './progress.mjs';

/** The project is tested with Debian forky's 6.x. */
const MINIMUM_VERSION = '4.0.0';

const BY_HAND =
  `install Emscripten ${MINIMUM_VERSION} or later, with emsdk for example, ` +
  'and put its `emcc` on PATH or set EMSDK.';

const WARM_UP_FLAGS = '-std=c++20 -pthread -O2 -sMODULARIZE -sEXPORT_ES6 --bind'.split(' ');

const WARM_UP_SOURCE = `
#include <emscripten/bind.h>
#include <string>
#include <thread>
std::string greet() {
  std::string greeting;
  std::thread([&] { greeting = "hello"; }).join();
  return greeting;
}
EMSCRIPTEN_BINDINGS(warm_up) { emscripten::function("greet", &greet); }
`;

/**
 * How to call Emscripten.
 *
 * @typedef {object} Emscripten
 * @property {string} version such as `6.0.5`
 * @property {string} emcc absolute path
 * @property {string} emcmake absolute path
 * @property {Record<string, string>} env variables that the two, and builds configured with them,
 *   need besides this process's own
 * @property {string} summary a line for people
 */

/**
 * Finds an Emscripten that is installed and recent enough, or gets one into `.toolchain`.
 *
 * @param {string} repository its root folder
 * @returns {Promise<Emscripten>}
 * @throws {SetupError} if there is none and none can be fetched
 */
export async function ensureEmscripten(repository) {
  return (await findInstalled()) ?? (await ensureFetched(repository));
}

async function findInstalled() {
  const { EMSDK } = process.env;
  const candidates = [await findProgram('emcc'), EMSDK && join(EMSDK, 'upstream/emscripten/emcc')];
  for (const emcc of candidates) {
    const version = emcc && (await versionOf(emcc, '-dumpversion'));
    if (version && isAtLeast(version, MINIMUM_VERSION)) return describe(version, emcc, {}, emcc);
  }
  return undefined;
}

/** @param {string} repository */
async function ensureFetched(repository) {
  try {
    const { root, version } = await ensureDebianEmscripten(join(repository, '.toolchain'));
    const env = {
      EM_CONFIG: join(root, 'usr/share/emscripten/.emscripten'),
      EM_CACHE: join(root, 'cache'),
      EM_NODE_JS: process.execPath,
      EMSDK_PYTHON: join(root, 'usr/bin/python3'),
    };
    const place = relative(repository, root);
    const emscripten = describe(version, join(root, 'usr/share/emscripten/emcc'), env, place);
    await warmUp(emscripten);
    return emscripten;
  } catch (error) {
    throw new SetupError('Emscripten', error, BY_HAND);
  }
}

/**
 * @param {string} version
 * @param {string} emcc
 * @param {Record<string, string>} env
 * @param {string} place for people
 * @returns {Emscripten}
 */
function describe(version, emcc, env, place) {
  const emcmake = join(dirname(emcc), 'emcmake');
  return { version, emcc, emcmake, env, summary: `Emscripten ${version} (${place})` };
}

/**
 * Compiles a small program, so that Emscripten compiles its system libraries now, which takes
 * minutes, and not in the middle of the first build.
 *
 * @param {Emscripten} emscripten
 */
async function warmUp({ emcc, env }) {
  const marker = join(env.EM_CACHE, 'atelier-warm');
  const flags = WARM_UP_FLAGS.join(' ');
  if ((await readFile(marker, 'utf8').catch(() => '')) === flags) return;
  // An interrupted compilation may have left half a library there.
  await rm(env.EM_CACHE, { recursive: true, force: true });
  const folder = await mkdtemp(join(tmpdir(), 'atelier-'));
  try {
    await step('Emscripten: system libraries', async (progress) => {
      const source = join(folder, 'warm-up.cpp');
      await writeFile(source, WARM_UP_SOURCE);
      await run(emcc, [...WARM_UP_FLAGS, source, '-o', join(folder, 'warm-up.mjs')], {
        env,
        onLine: (line) => {
          const library = line.match(/generating system \w+: .*?([^/]+?)\.\.\. /)?.[1];
          if (library) progress(library);
        },
      });
    });
    await writeFile(marker, flags);
  } finally {
    await rm(folder, { recursive: true });
  }
}
