import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/** @returns {Promise<string[]>} what is in `docs`, as paths in the repository */
export async function documents() {
  const found = await readdir(join(REPOSITORY, 'docs'), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(REPOSITORY.length));
}

/**
 * docs/api is what `npm run docs` makes of the sources.
 *
 * @returns {Promise<boolean>}
 */
export async function checkReference() {
  const fresh = join(REPOSITORY, 'test-results/api'); // where Prettier finds its configuration
  await rm(fresh, { recursive: true, force: true });
  const typedoc = ['--no-install', 'typedoc', '--logLevel', 'Warn', '--out', fresh];
  if (!(await succeeds('npx', typedoc, { quiet: true }))) return false;
  const same = await succeeds('diff', ['-r', 'docs/api', fresh], { quiet: true });
  if (!same) console.log('docs/api is not up to date: run `npm run docs`');
  return same;
}

/**
 * What a document links of the repository.
 *
 * @param {string} file
 * @returns {Promise<string[]>} paths in the repository
 */
export async function linksOf(file) {
  const text = await readFile(join(REPOSITORY, file), 'utf8');
  const prose = text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
    .map(([, link]) => link)
    .filter((link) => !/^\w+:/.test(link))
    .map((link) => join(dirname(file), link));
}

/** Files that the documents link are there. */
export async function checkLinks() {
  const files = ['README.md', 'CONTRIBUTING.md', ...(await documents())];
  const broken = [];
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    for (const path of await linksOf(file)) {
      if (!existsSync(join(REPOSITORY, path))) broken.push(`${file}: ${path}`);
    }
  }
  if (broken.length > 0) throw new Error(`links lead nowhere:\n  ${broken.join('\n  ')}`);
}
