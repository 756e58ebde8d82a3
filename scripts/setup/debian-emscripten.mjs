import { mkdir, readdir, realpath, rename, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { run } from './command.mjs';
import { DebianSuite } from './debian-suite.mjs';
import { readStamp, settle } from './emscripten-tree.mjs';
import { inParallel } from './parallel.mjs';
import { ensurePatchelf } from './patchelf.mjs';
import { note, step } from './progress.mjs';

/**
 * Most wanted first: forky has 6.x, the version this project is tested with. trixie's 3.1 is older
 * than what is accepted as an installed Emscripten, and only better than none.
 */
const SUITES = ['forky', 'trixie'];

/**
 * A third of the download: what Debian's packages depend on but a build for the web never runs.
 * Node.js is the one that runs this script.
 */
const NOT_NEEDED = [
  /^(?:nodejs|libnode\d+|libicu\d+|node-(?:corepack|undici))$/,
  /^(?:libc6|libcrypt|lib(?:gcc|stdc\+\+|objc)-\d+|linux-libc)-dev$/,
  /^lib\w+san\d+$/,
  /^binutils/,
  /^libclang1-/,
];

/**
 * An Emscripten from Debian's packages in a folder of its own.
 *
 * @typedef {object} DebianEmscripten
 * @property {string} root absolute path of the unpacked packages
 * @property {string} version such as `6.0.5`
 */

/**
 * Finds the Emscripten that an earlier run has unpacked, or fetches one. The system is not touched.
 *
 * @param {string} toolchain folder for fetched tools
 * @returns {Promise<DebianEmscripten>}
 * @throws {Error} if none of the suites can be had
 */
export async function ensureDebianEmscripten(toolchain) {
  for (const suite of SUITES) {
    const unpacked = await findUnpacked(toolchain, suite);
    if (unpacked) return unpacked;
  }
  return fetchEmscripten(toolchain);
}

/**
 * @param {string} toolchain
 * @param {string} suite
 * @returns {Promise<DebianEmscripten | undefined>}
 */
async function findUnpacked(toolchain, suite) {
  const folder = join(toolchain, folderName(suite));
  const stamp = await readStamp(folder);
  if (!stamp) return undefined;
  const root = await realpath(folder);
  if (stamp.root !== root) {
    const patchelf = await ensurePatchelf(toolchain);
    await step('Emscripten: adapting to its new folder', () => settle(root, root, patchelf));
  }
  return { root, version: stamp.version };
}

/**
 * @param {string} toolchain
 * @returns {Promise<DebianEmscripten>}
 */
async function fetchEmscripten(toolchain) {
  const partial = join(toolchain, 'emscripten.partial');
  const downloads = join(partial, 'packages');
  const tree = join(partial, 'tree');
  await rm(partial, { recursive: true, force: true });
  await mkdir(downloads, { recursive: true });
  await mkdir(tree);

  const patchelf = await ensurePatchelf(toolchain);
  const { suite, debian, packages } = await chooseSuite(join(partial, 'apt'));
  const root = join(await realpath(toolchain), folderName(suite));
  const percent = (/** @type {number} */ done) => `${Math.floor((100 * done) / packages.length)} %`;
  await step(`Emscripten: ${packages.length} packages`, (progress) =>
    debian.download(packages, downloads, (done) => progress(percent(done)))
  );
  const version = await step('Emscripten: unpacking', async (progress) => {
    let done = 0;
    await inParallel(await readdir(downloads), availableParallelism(), async (archive) => {
      await run('dpkg-deb', ['-x', join(downloads, archive), tree]);
      progress(percent(++done));
    });
    return settle(tree, root, patchelf);
  });
  await rm(root, { recursive: true, force: true });
  await rename(tree, root);
  await rm(partial, { recursive: true });
  return { root, version };
}

/**
 * Finds the first suite that has the package, and what is needed of it.
 *
 * @param {string} aptState folder
 */
async function chooseSuite(aptState) {
  const failures = [];
  for (const suite of SUITES) {
    try {
      return await step(`Emscripten: package lists of Debian ${suite}`, async () => {
        const debian = await DebianSuite.open(suite, join(aptState, suite));
        const closure = await debian.closure('emscripten');
        const packages = closure.filter((name) => !NOT_NEEDED.some((known) => known.test(name)));
        return { suite, debian, packages };
      });
    } catch (error) {
      note(`Emscripten: not from Debian ${suite}`);
      failures.push(String(error));
    }
  }
  throw new Error(failures.join('\n'));
}

/** @param {string} suite */
function folderName(suite) {
  return `emscripten-${suite}`;
}
