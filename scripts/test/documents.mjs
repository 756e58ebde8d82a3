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

/** Workflows name actions by commit: a tag can be moved to other code. */
export async function checkWorkflows() {
  const folder = '.github/workflows';
  const wrong = [];
  for (const file of await readdir(join(REPOSITORY, folder))) {
    const text = await readFile(join(REPOSITORY, folder, file), 'utf8');
    for (const [, action] of text.matchAll(/\buses: *(.+)/g)) {
      if (!/@[\da-f]{40} # v\d/.test(action)) wrong.push(`${file}: ${action}`);
    }
  }
  if (wrong.length > 0)
    throw new Error(`not "<action>@<commit> # <version>":\n  ${wrong.join('\n  ')}`);
}

/** A decision's page begins with its number, its title and its status. */
const DECISION = /^# (?<number>\d+)\. (?<title>.+)\n\n\*\*Status\.\*\* (?<status>.+)\n/;
const STATUS = /^(Accepted|Superseded by decision \d+), \d{4}-\d{2}-\d{2}(;.*)?$/;

/** Decisions are numbered without a gap, each has a title, a status and a date, and the index has them all. */
export async function checkDecisions() {
  const folder = 'docs/decisions';
  const files = (await readdir(join(REPOSITORY, folder))).sort();
  const wrong = [];
  const rows = [];
  for (const [i, file] of files.filter((name) => name !== 'README.md').entries()) {
    const page = DECISION.exec(await readFile(join(REPOSITORY, folder, file), 'utf8'))?.groups;
    const number = String(i + 1);
    if (page?.number !== number || !file.startsWith(`${number.padStart(4, '0')}-`)) {
      wrong.push(`${file} is not "# ${number}. <title>", an empty line, "**Status.** <status>"`);
    } else if (!STATUS.test(page.status)) {
      wrong.push(
        `${file}: "${page.status}" is not "Accepted, <date>", nor "Superseded by …, <date>"`
      );
    } else rows.push([`[${number}](${file})`, page.title, page.status].join(' | '));
  }
  const index = (await readFile(join(REPOSITORY, folder, 'README.md'), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('| ['))
    .map((line) =>
      line
        .slice(1)
        .split('|')
        .map((cell) => cell.trim())
    );
  const listed = index.map((cells) => cells.slice(0, 3).join(' | '));
  for (const row of rows) if (!listed.includes(row)) wrong.push(`README.md has no row: ${row}`);
  for (const row of listed)
    if (!rows.includes(row)) wrong.push(`README.md has a row of no page: ${row}`);
  for (const cells of index)
    if (!cells[3]) wrong.push(`README.md: ${cells[0]} has no line of its own`);
  if (wrong.length > 0) throw new Error(`docs/decisions:\n  ${wrong.join('\n  ')}`);
}

/** Documents outside of `docs`. */
const OUTSIDE = [
  'README',
  'CHANGELOG',
  'CODE_OF_CONDUCT',
  'CONTRIBUTING',
  'RELEASING',
  'SECURITY',
].map((name) => `${name}.md`);

/** Files that the documents link are there. */
export async function checkLinks() {
  const files = [...OUTSIDE, ...(await documents())];
  const broken = [];
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    for (const path of await linksOf(file)) {
      if (!existsSync(join(REPOSITORY, path))) broken.push(`${file}: ${path}`);
    }
  }
  if (broken.length > 0) throw new Error(`links lead nowhere:\n  ${broken.join('\n  ')}`);
}
