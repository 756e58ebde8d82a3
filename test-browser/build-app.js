import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { readGuide } from '../js/test/guides/guide.js';
import { writeReadmeApp } from './readme-app.js';

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** What the app has in common with the tests in Node. */
const SHARED = [
  ['workers/handlers.js', 'handlers.worker.js'],
  ['workers/streams.js', 'streams.worker.js'],
  ['callbacks', 'callbacks'],
  ['chaos', 'chaos'],
  ['programs', 'programs'],
  ['values', 'values'],
  ['fuzz', 'fuzz'],
  ['traces', 'traces'],
  ['trace-programs', 'trace-programs'],
];

/**
 * Installs the packed package in a new Vite app outside of the repository and builds that for
 * production: what a user does. Beside it, in `readme`, the same with the README's example. A page below it,
 * `guides/`, has the modules of guides. Another app, `network/`, is built into `dist/network`.
 * @returns {Promise<{ folder: string, readme: string, remove: () => Promise<void> }>} the folders of
 *   both, for `vite preview`
 */
export async function buildApp() {
  const folder = await mkdtemp(join(tmpdir(), 'atelier-app-'));
  const packed = await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: REPOSITORY,
  });
  const tarball = packed.stdout.trim().split('\n').at(-1);

  const { devDependencies } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8'));
  const manifest = {
    private: true,
    type: 'module',
    dependencies: {
      'atelier-wasm': `file:./${tarball}`,
      comlink: devDependencies.comlink,
      workerpool: devDependencies.workerpool,
    },
    devDependencies: { vite: devDependencies.vite },
  };
  await cp(join(REPOSITORY, 'test-browser/app'), folder, { recursive: true });
  for (const [from, to] of SHARED) {
    await cp(join(REPOSITORY, 'js/test', from), join(folder, to), { recursive: true });
  }
  const network = join(folder, 'network');
  await cp(join(REPOSITORY, 'test-browser/network-app'), network, { recursive: true });
  const guides = join(folder, 'guides');
  await cp(join(REPOSITORY, 'test-browser/guides-app'), guides, { recursive: true });
  for (const guide of ['from-comlink', 'from-workerpool']) {
    await mkdir(join(guides, guide));
    for (const [file, code] of readGuide(guide)) await writeFile(join(guides, guide, file), code);
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  const readme = join(folder, 'readme');
  await writeReadmeApp(join(REPOSITORY, 'README.md'), readme);
  for (const root of [folder, readme, guides, network]) {
    const vite = ['--no-install', 'vite', 'build'];
    const { stdout, stderr } = await run('npx', vite, { cwd: root });
    if (/warn/i.test(stdout + stderr)) throw new Error(`vite build warns:\n${stdout}${stderr}`);
  }
  return { folder, readme, remove: () => rm(folder, { recursive: true, force: true }) };
}
