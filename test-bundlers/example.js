import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { REPOSITORY, run } from './command.js';

/** What a developer who has tried an example leaves in it. */
const LEFT = new Set([
  'node_modules',
  'dist',
  '.next',
  '.parcel-cache',
  '.svelte-kit',
  '.astro',
  '.react-router',
  '.nuxt',
  '.output',
  '.angular',
  'build',
  'coi-serviceworker.min.js',
]);

/**
 * Installs an example outside of the repository, with the packed package: what a user has.
 * @param {string} name folder in `examples`
 * @param {string[]} [packages] to install in other versions than the example names
 * @returns {Promise<{ folder: string, remove: () => Promise<void> }>}
 */
export async function installExample(name, packages = []) {
  const folder = await mkdtemp(join(tmpdir(), `atelier-${name}-`));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await cp(join(REPOSITORY, 'examples', name), folder, {
      recursive: true,
      filter: (path) => !LEFT.has(basename(path)),
    });
    const wanted = [process.env.ATELIER_TARBALL ?? '', ...packages];
    await run(['npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...wanted], folder);
  } catch (error) {
    await remove();
    throw error;
  }
  return { folder, remove };
}
