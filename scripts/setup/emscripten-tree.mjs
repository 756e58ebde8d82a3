import { readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { relocate } from './relocation.mjs';

const STAMP = 'toolchain.json';
const EMSCRIPTEN = 'usr/share/emscripten';

/**
 * Tells what a tree has been made ready for.
 *
 * @param {string} tree folder
 * @returns {Promise<{ root: string, version: string } | undefined>} the absolute path that its
 *   programs work at, and Emscripten's version; undefined if the tree is not complete
 */
export async function readStamp(tree) {
  const stamp = readFile(join(tree, STAMP), 'utf8');
  return stamp.then(JSON.parse).catch(() => undefined);
}

/**
 * Makes an unpacked tree of Debian's Emscripten packages work, at one place. May be repeated, for
 * another place; what Emscripten has compiled for itself stays.
 *
 * @param {string} tree folder that holds the unpacked `usr`
 * @param {string} root absolute path that the tree will have when it is used
 * @param {string} patchelf path of the program
 * @returns {Promise<string>} Emscripten's version
 * @throws {Error} if the packages are not as expected
 */
export async function settle(tree, root, patchelf) {
  await rm(join(tree, STAMP), { force: true });
  const libraries = await readdir(join(tree, 'usr/lib'));
  const llvmVersion = libraries.join(' ').match(/\bllvm-(\d+)/)?.[1];
  const versionFile = await readFile(join(tree, EMSCRIPTEN, 'emscripten-version.txt'), 'utf8');
  const version = versionFile.match(/\d+(?:\.\d+)+/)?.[0];
  if (!llvmVersion || !version) throw new Error(`there is no LLVM or no Emscripten in ${tree}`);

  await relocate(tree, root, ['usr/bin', `usr/lib/llvm-${llvmVersion}/bin`], patchelf);
  await writeFile(join(tree, EMSCRIPTEN, '.emscripten'), configuration(root, llvmVersion));
  await adaptScripts(tree);
  // Emscripten would throw away all that it has compiled, because this file has the old place in it.
  await rm(join(tree, 'cache/sanity.txt'), { force: true });
  await writeFile(join(tree, STAMP), JSON.stringify({ root, version }));
  return version;
}

/**
 * Emscripten's configuration is a Python script.
 *
 * @param {string} root
 * @param {string} llvmVersion
 */
function configuration(root, llvmVersion) {
  const settings = {
    LLVM_ROOT: join(root, 'usr/bin'),
    LLVM_ADD_VERSION: llvmVersion,
    CLANG_ADD_VERSION: llvmVersion,
    BINARYEN_ROOT: join(root, 'usr'),
    NODE_JS: process.execPath,
    CACHE: join(root, 'cache'),
  };
  return Object.entries(settings)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join('');
}

/** @param {string} tree */
async function adaptScripts(tree) {
  // Debian's Node.js looks for packages in nodejs; any other needs a folder of this name.
  const packages = join(tree, 'usr/share/node_modules');
  await rm(packages, { force: true });
  await symlink('nodejs', packages);
  // A package.json further up may say "module", which most of Emscripten's scripts are not.
  await writeFile(join(tree, 'package.json'), '{ "type": "commonjs" }\n');
  // Debian's launchers cut their own path at the first space.
  for (const entry of await readdir(join(tree, EMSCRIPTEN), { withFileTypes: true })) {
    if (!entry.isFile() || entry.name.includes('.')) continue;
    const path = join(tree, EMSCRIPTEN, entry.name);
    const launcher = await readFile(path, 'utf8');
    await writeFile(path, launcher.replaceAll('$(readlink -f $0)', '$(readlink -f "$0")'));
  }
}
