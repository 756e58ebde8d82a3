import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.mjs';
import { isExecutable, versionOf } from './program.mjs';
import { SetupError, step } from './progress.mjs';

const NODE = `node-${process.platform}-${process.arch}`;

/**
 * @typedef {object} Engine
 * @property {string} name with its version
 * @property {string} path of its program
 * @property {string[]} args before a script's path
 */

/** What the package is tested on besides the Node that runs this: npm has them. */
const ENGINES = [
  { name: 'node', version: '22.23.3', from: NODE, program: `${NODE}/bin/node` },
  { name: 'node', version: '26.10.0', from: NODE, program: `${NODE}/bin/node` },
  {
    name: 'deno',
    version: '2.9.6',
    from: 'deno',
    program: '.bin/deno',
    args: ['run', '-A'],
  },
  {
    name: 'bun',
    version: '1.4.5',
    from: 'bun',
    program: '.bin/bun',
    args: ['--bun'],
  },
];

/**
 * Installs other versions of Node, Deno and Bun into `.toolchain/`, unless they are there.
 *
 * @param {string} repository its root folder
 * @returns {Promise<{ engines: Engine[], summary: string }>} a line for people
 * @throws {SetupError} if npm fails
 */
export async function ensureNodes(repository) {
  const engines = [];
  for (const { name, version, from, program, args = [] } of ENGINES) {
    const folder = join(repository, '.toolchain', `${name}-${version}`);
    const path = join(folder, 'node_modules', program);
    if (!(await isExecutable(path)) || (await versionOf(path)) !== version) {
      await install(folder, `${from}@${version}`);
    }
    engines.push({ name: `${name}-${version}`, path, args });
  }
  return { engines, summary: engines.map(({ name }) => name).join(', ') };
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
