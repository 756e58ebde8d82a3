import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mjs';
import { DebianSuite } from './debian-suite.mjs';
import { findProgram, isExecutable } from './program.mjs';
import { step } from './progress.mjs';

/**
 * Finds patchelf on PATH, or fetches it into the toolchain folder. It has to run on this machine as
 * it is, so it comes from the machine's own suite.
 *
 * @param {string} toolchain folder for fetched tools
 * @returns {Promise<string>} path of the program
 * @throws {Error} if it can neither be found nor fetched
 */
export async function ensurePatchelf(toolchain) {
  const fetched = join(toolchain, 'patchelf');
  const program = join(fetched, 'usr/bin/patchelf');
  const installed = await findProgram('patchelf');
  if (installed) return installed;
  if (!(await isExecutable(program))) await fetchPatchelf(fetched);
  return program;
}

/** @param {string} destination */
async function fetchPatchelf(destination) {
  const partial = `${destination}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await step('patchelf', async () => {
    const suite = await DebianSuite.open(await machineSuite(), join(partial, 'apt'));
    await suite.download(['patchelf'], partial);
    const [archive] = (await readdir(partial)).filter((file) => file.endsWith('.deb'));
    await run('dpkg-deb', ['-x', join(partial, archive), join(partial, 'tree')]);
    await rename(join(partial, 'tree'), destination);
  });
  await rm(partial, { recursive: true });
}

async function machineSuite() {
  const release = await readFile('/etc/os-release', 'utf8');
  const codename = release.match(/^VERSION_CODENAME="?(\w+)/m)?.[1];
  if (!codename) throw new Error('/etc/os-release does not name the suite of this system');
  return codename;
}
