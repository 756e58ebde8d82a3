import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mjs';
import { isExecutable, versionOf } from './program.mjs';
import { SetupError, step } from './progress.mjs';

/** The Nodes that the package is tested on besides the one that runs this: npm has them. */
const VERSIONS = ['22.23.3', '26.10.0'];

/**
 * Installs other versions of Node into `.toolchain/`, unless they are there.
 *
 * @param {string} repository its root folder
 * @returns {Promise<{ paths: string[], summary: string }>} their programs; a line for people
 * @throws {SetupError} if npm fails
 */
export async function ensureNodes(repository) {
  const name = `node-${process.platform}-${process.arch}`;
  const paths = [];
  for (const version of VERSIONS) {
    const folder = join(repository, '.toolchain', `node-${version}`);
    const path = join(folder, 'node_modules', name, 'bin/node');
    if (!(await isExecutable(path)) || (await versionOf(path)) !== version) {
      await install(folder, `${name}@${version}`);
    }
    paths.push(path);
  }
  return { paths, summary: `Node ${VERSIONS.join(' and ')}` };
}

/**
 * @param {string} folder
 * @param {string} specifier of npm's
 */
async function install(folder, specifier) {
  try {
    await step(specifier, async () => {
      await mkdir(folder, { recursive: true });
      const options = ['--no-save', '--no-audit', '--no-fund', '--prefix', folder];
      await run('npm', ['install', ...options, specifier], { cwd: folder });
    });
  } catch (error) {
    throw new SetupError(specifier, error, `npm install --prefix ${folder} ${specifier}`);
  }
}
