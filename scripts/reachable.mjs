import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Static imports, types' imports in declarations, and assets: all by literals, outside of comments. */
const REFERENCES = [
  /\b(?:from|import) ["'](\.[^"']+)["']/g,
  /\bimport\(["'](\.[^"']+)["']\)/g,
  /\bnew URL\(["'](\.[^"']+)["'], import\.meta\.url\)/g,
];

/**
 * The files of the package that its entries need: those that they refer to, and so on.
 *
 * @param {string} root the package's folder
 * @param {Iterable<string>} entries paths in it; those of declarations end in `.d.ts`, and lead to
 *   declarations
 * @returns {Promise<Set<string>>} paths in it, the entries' included
 * @throws {Error} if one is missing
 */
export async function reachable(root, entries) {
  /** @type {Set<string>} */
  const files = new Set();
  for (const file of [...entries].map((entry) => join(entry))) await follow(file);
  return files;

  /** @param {string} file */
  async function follow(file) {
    if (files.has(file)) return;
    files.add(file);
    const text = await readFile(join(root, file), 'utf8');
    if (!/\.[jt]s$/.test(file)) return;
    const code = text.replace(/\/\*.*?\*\//gs, '');
    for (const pattern of REFERENCES) {
      for (const [, reference] of code.matchAll(pattern)) {
        const path = join(dirname(file), reference);
        await follow(file.endsWith('.d.ts') ? path.replace(/\.js$/, '.d.ts') : path);
      }
    }
  }
}

/**
 * The files that a package's `exports` name.
 *
 * @param {unknown} exports
 * @returns {string[]}
 */
export function exported(exports) {
  if (typeof exports === 'string') return [exports];
  return Object.values(/** @type {object} */ (exports)).flatMap(exported);
}
