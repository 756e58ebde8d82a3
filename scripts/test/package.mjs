import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { exported, reachable } from '../reachable.mjs';
import { CAPS, measureOthers, measureSizes } from '../size.mjs';
import { run } from '../setup/command.mjs';
import { documents, linksOf } from './documents.mjs';
import { REPOSITORY } from './program.mjs';

/** What the tarball has for people beside `docs` and `examples`; all else in it is what its exports need. */
const DOCUMENTS = ['CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'THIRD-PARTY.md'];

/** Traces of the machine that has built it, and of what did not come along. */
const FOREIGN = [REPOSITORY, '.toolchain/', '/share/emscripten', '/emsdk/', '/home/', '/root/'];
const SOURCE_MAP = '# sourceMappingURL=';

const read = (/** @type {string} */ file) => readFile(join(REPOSITORY, file), 'latin1');

/**
 * The tarball holds what is needed and nothing else; what its documents link is in it.
 *
 * @param {string[]} files its files
 */
export async function checkFiles(files) {
  const manifest = JSON.parse(await read('package.json'));
  const needed = await reachable(REPOSITORY, exported(manifest.exports));
  const tracked = (await run('git', ['ls-files', 'examples'], { cwd: REPOSITORY })).split('\n');
  const examples = tracked.filter((file) => files.includes(file));
  const forPeople = [...DOCUMENTS, ...(await documents()), ...examples];
  for (const file of forPeople) needed.add(file);
  const missing = [...needed].filter((file) => !files.includes(file));
  const surplus = files.filter((file) => !needed.has(file));
  const tainted = [];
  for (const file of files.filter((name) => !forPeople.includes(name))) {
    const text = await read(file);
    for (const mark of [...FOREIGN, SOURCE_MAP]) {
      if (text.includes(mark)) tainted.push(`${file} (has "${mark}")`);
    }
  }
  const broken = [];
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    for (const link of await linksOf(file)) {
      const path = link.replace(/\/$/, '');
      if (!files.some((name) => name === path || name.startsWith(`${path}/`))) {
        broken.push(`${file}: ${link}`);
      }
    }
  }
  expectNone('what its documents link is not in the tarball', broken);
  expectNone('what its exports need is not in the tarball', missing);
  expectNone('nothing needs what is in the tarball', surplus);
  expectNone('files of the tarball show where they were built', tainted);
}

/** By how much the README may be wrong about what is loaded. */
const TOLERANCE = 0.03;

/** What a page and a worker load is within the caps, and what the README says, of other packages too. */
export async function checkSizes() {
  const sizes = await measureSizes();
  const above = Object.entries(CAPS)
    .map(([name, cap]) => ({
      name,
      cap,
      is: sizes[/** @type {keyof typeof CAPS} */ (name)].gzipped,
    }))
    .filter(({ cap, is }) => is > cap)
    .map(({ name, cap, is }) => `${name}: ${is} bytes gzipped, at most ${cap}`);
  expectNone('a cap of scripts/size.mjs is exceeded', above);

  const measured = [
    ...Object.keys(CAPS).map((name) => sizes[/** @type {keyof typeof CAPS} */ (name)]),
    ...Object.values(await measureOthers()),
  ];
  const [row = ''] = /^\| gzipped bytes.*$/m.exec(await read('README.md')) ?? [];
  const said = [...row.matchAll(/\d+,\d+/g)].map(([bytes]) => Number(bytes.replace(',', '')));
  const wrong = measured.filter(({ gzipped }, i) => !(Math.abs(said[i] / gzipped - 1) < TOLERANCE));
  expectNone(
    `the README is wrong about gzipped bytes (${row})`,
    wrong.map(({ gzipped }) => `measured: ${gzipped}`)
  );
}

/** THIRD-PARTY.md names every library that is linked into either wasm, and no other. */
export async function checkLicences() {
  const glues = ['web', 'node', 'messages'];
  const maps = await Promise.all(glues.map((name) => read(`build/wasm/${name}/${name}.map`)));
  const map = maps.join('');
  const linked = new Set(
    [...map.matchAll(/\/(lib[\w+.-]+)\.a\(/g)]
      .map(([, archive]) => archive.replace(/[-.](mt|noexcept|builtins|debug)\b/g, ''))
      .filter((name) => !name.startsWith('libatelier_core'))
  );
  const named = new Set(
    [...(await read('THIRD-PARTY.md')).matchAll(/`(lib[\w+]+)`/g)].map(([, name]) => name)
  );
  if (linked.size === 0) throw new Error('the linker’s maps in build/wasm name no library');
  expectNone(
    'linked, but not in THIRD-PARTY.md',
    [...linked].filter((name) => !named.has(name))
  );
  expectNone(
    'in THIRD-PARTY.md, but not linked',
    [...named].filter((name) => !linked.has(name))
  );
}

/**
 * @param {string} what
 * @param {string[]} items
 */
function expectNone(what, items) {
  if (items.length > 0) throw new Error(`${what}:\n  ${items.join('\n  ')}`);
}
