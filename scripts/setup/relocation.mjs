import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mjs';

const ELF_MAGIC = '\x7fELF';

/**
 * Makes the programs of an unpacked Debian tree run with the tree's own loader and libraries, so
 * that they do not depend on the system's. May be repeated, for another place.
 *
 * @param {string} tree folder that holds the unpacked `usr`
 * @param {string} place absolute path that the tree will have when its programs run
 * @param {string[]} programFolders folders of programs, relative to the tree
 * @param {string} patchelf path of the program
 * @returns {Promise<void>}
 * @throws {Error} if the tree has no C library, or a file cannot be patched
 */
export async function relocate(tree, place, programFolders, patchelf) {
  const { folder, loader } = await findLoader(tree);
  const programs = await Promise.all(programFolders.map((path) => elfFiles(join(tree, path))));
  await run(patchelf, [
    '--set-interpreter',
    join(place, folder, loader),
    // Unlike a RUNPATH, a forced RPATH holds for the libraries' own dependencies too,
    '--force-rpath',
    '--set-rpath',
    join(place, folder),
    ...programs.flat(),
  ]);
  // … unless a library brings a RUNPATH.
  const libraries = (await elfFiles(join(tree, folder))).filter((path) => !path.endsWith(loader));
  await run(patchelf, ['--remove-rpath', ...libraries]);
}

/** @param {string} tree */
async function findLoader(tree) {
  for (const entry of await readdir(join(tree, 'usr/lib'))) {
    if (!/-linux-gnu/.test(entry)) continue;
    const folder = join('usr/lib', entry);
    const loader = (await readdir(join(tree, folder))).find((file) => /^ld-linux.*\.so/.test(file));
    if (loader) return { folder, loader };
  }
  throw new Error(`there is no C library in ${tree}`);
}

/**
 * The executables and shared libraries right in a folder; links are left out.
 *
 * @param {string} folder
 */
async function elfFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name));
  const areElf = await Promise.all(files.map(isElf));
  return files.filter((_, index) => areElf[index]);
}

/** @param {string} path */
async function isElf(path) {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(ELF_MAGIC.length));
    return buffer.toString('latin1') === ELF_MAGIC;
  } finally {
    await file.close();
  }
}
