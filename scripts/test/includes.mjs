import { readFile, readdir } from 'node:fs/promises';
import { join, normalize } from 'node:path';

import { REPOSITORY } from './program.mjs';

const CORE = 'cpp/atelier';

/** What the files of each folder may include; '' is the root, which all of them use. */
const ALLOWED = {
  '': [''],
  shared: ['', 'shared'],
  timeline: ['', 'timeline'],
  dispatch: ['', 'shared', 'timeline', 'dispatch'],
};

/** Tests, and what they have in common, may include everything. */
const OF_TESTS = /_test\.cpp$|_fixture\.h$|^testing\.h$/;

/**
 * Checks that the core's includes run one way: dispatch → shared and timeline → root. Neither shared
 * nor timeline knows of the other.
 *
 * @throws {Error} that names each include which does not
 */
export async function checkIncludes() {
  const names = await readdir(join(REPOSITORY, CORE), { recursive: true });
  const files = names.filter((name) => /\.(h|cpp)$/.test(name) && !OF_TESTS.test(name));
  const wrong = [];
  for (const file of files) {
    const allowed = ALLOWED[/** @type {keyof typeof ALLOWED} */ (folderOf(file))];
    if (!allowed) throw new Error(`${CORE}/${file}: no layer is known for its folder`);
    const source = await readFile(join(REPOSITORY, CORE, file), 'utf8');
    for (const [, path] of source.matchAll(/^#include "(.+)"/gm)) {
      const included = normalize(path).replace(/^atelier\//, '');
      if (!allowed.includes(folderOf(included)) || OF_TESTS.test(included)) {
        wrong.push(`${CORE}/${file} may not include ${path}`);
      }
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}

/** @param {string} file below the core's folder */
function folderOf(file) {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
}
