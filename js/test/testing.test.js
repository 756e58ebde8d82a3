/** @file The recipes of docs/testing.md, as they stand, with the runners themselves. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify, stripVTControlCharacters } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { findProgram } from '../../scripts/setup/program.mjs';
import { isDeno, MODE } from './support.js';

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const RUNNERS = ['vitest', 'vite', '@vitest', 'playwright', 'jsdom', 'happy-dom', 'jest', '@jest'];
const RUN_MS = 120_000;

/** In Deno these do not work without the package either: findings/deno-vitest.sh. */
const testUnlessDeno = isDeno ? test.skip : test;

// The runners decide the mode.
const describeOnce = MODE === 'messages' ? describe.skip : describe;

/** @type {string} an app that has the package installed, and all files of the guide */
let app;

/** @param {string} code */
async function withBrowser(code) {
  const executablePath =
    process.env.CHROME_PATH || (await findProgram('chromium', 'chromium-browser', 'google-chrome'));
  const launchOptions = { executablePath, args: ['--no-sandbox', '--disable-gpu'] };
  return code.replace('playwright()', `playwright(${JSON.stringify({ launchOptions })})`);
}

/**
 * @param {string} runner
 * @param {string[]} args
 * @param {string} nodeOptions
 * @returns {Promise<string>} what it has printed; it fails with that if a test has failed
 */
async function run(runner, args, nodeOptions = '') {
  const program = join(REPOSITORY, 'node_modules', runner);
  const env = { ...process.env, NODE_OPTIONS: nodeOptions, NO_COLOR: '1' };
  const ended = await promisify(execFile)(process.execPath, [program, ...args], { cwd: app, env })
    .catch((error) => error); // prettier-ignore
  const output = stripVTControlCharacters(`${ended.stdout}\n${ended.stderr}`);
  if (ended.code) throw new Error(output);
  return output;
}

/**
 * A test of real time that finds fake timers installed.
 * @param {string} runner
 * @param {string} from
 */
const TIMED = (runner, from) => `
import { afterAll, expect, ${runner}, test } from '${from}';
import { image, runtime } from '../src/image.js';

afterAll(() => runtime.dispose());
test('time is real', async () => {
  expect('clock' in setTimeout).toBe(true);
  const late = image.with({ timeoutMs: 20 }).scaleLater(4, 3_600_000);
  await expect(late).rejects.toThrow('longer than 20 ms');
  ${runner}.useRealTimers();
  const [measure] = performance.getEntriesByType('measure').slice(-1);
  expect(measure.detail).toMatchObject({ method: 'scaleLater', errorName: 'TimeoutError' });
});`;

const vitest = (/** @type {string[]} */ ...args) => run('vitest/vitest.mjs', ['run', ...args]);
const jest = (/** @type {string[]} */ ...args) =>
  run('jest/bin/jest.js', args, '--experimental-vm-modules --no-warnings');

describeOnce('the guide to unit tests', () => {
  beforeAll(async () => {
    app = await mkdtemp(join(tmpdir(), 'atelier-tested-'));
    const installed = join(app, 'node_modules/atelier-wasm');
    await mkdir(installed, { recursive: true });
    for (const part of ['js', 'dist', 'package.json']) {
      await cp(join(REPOSITORY, part), join(installed, part), { recursive: true });
    }
    for (const name of RUNNERS) {
      await symlink(join(REPOSITORY, 'node_modules', name), join(app, 'node_modules', name));
    }
    await writeFile(join(app, 'package.json'), '{ "private": true, "type": "module" }');
    await mkdir(join(app, 'fakes'));
    const guide = await readFile(join(REPOSITORY, 'docs/testing.md'), 'utf8');
    for (const [, code, file] of guide.matchAll(/^```js\n(\/\/ (\S+)\n.*?)^```$/gms)) {
      await mkdir(dirname(join(app, file)), { recursive: true });
      await writeFile(join(app, file), await withBrowser(code));
    }
    const page = await readFile(join(app, 'src/image.test.js'), 'utf8');
    await writeFile(join(app, 'src/image.jest.js'), page.replace("'vitest'", "'@jest/globals'"));
    await writeFile(join(app, 'fakes/image.vi.js'), TIMED('vi', 'vitest'));
    await writeFile(join(app, 'fakes/image.jest.js'), TIMED('jest', '@jest/globals'));
  });
  afterAll(() => rm(app, { recursive: true }));

  test('in a browser', async () => expect(await vitest()).toMatch(/Tests +3 passed/), RUN_MS);

  const inVitest = async (/** @type {string} */ environment, /** @type {string} */ pool) => {
    const args = ['--config=vitest.node.config.js', `--environment=${environment}`];
    expect(await vitest(...args, `--pool=${pool}`)).toMatch(/Tests +3 passed/);
  };

  test('in Vitest: node, forks', () => inVitest('node', 'forks'), RUN_MS);

  testUnlessDeno.each([
    ['jsdom', 'forks'],
    ['happy-dom', 'threads'],
    ['node', 'threads'],
    ['jsdom', 'vmThreads'],
  ])('in Vitest: %s, %s', inVitest, RUN_MS);

  test.each(['node', 'jsdom'])(
    'in Jest: %s',
    async (environment) => {
      const args = [`--env=${environment}`, '--testMatch=**/src/*.jest.js'];
      expect(await jest(...args)).toMatch(/Tests: +2 passed/);
    },
    RUN_MS
  );

  describe('fake timers that are installed before the package is imported', () => {
    /** @param {object} options */
    const configure = (options) =>
      writeFile(join(app, 'fakes.config.js'), `export default ${JSON.stringify(options)};`);

    test(
      'leave calls in Vitest alone',
      async () => {
        await writeFile(
          join(app, 'fakes/install.js'),
          "import { vi } from 'vitest'; vi.useFakeTimers();"
        );
        const setupFiles = ['./fakes/install.js', 'atelier-wasm/testing/setup'];
        const include = ['fakes/image.vi.js', 'src/inline.test.js'];
        await configure({ test: { include, setupFiles } });
        expect(await vitest('--config=fakes.config.js')).toMatch(/Tests +3 passed/);
      },
      RUN_MS
    );

    test(
      'leave calls in Jest alone',
      async () => {
        await configure({
          transform: {},
          setupFiles: ['atelier-wasm/testing/setup'],
          fakeTimers: { enableGlobally: true },
          testMatch: ['**/fakes/image.jest.js', '**/src/inline.jest.js'],
        });
        expect(await jest('--config=fakes.config.js')).toMatch(/Tests: +2 passed/);
      },
      RUN_MS
    );

    test(
      'leave calls in a browser alone if its set-up imports the package first',
      async () => {
        await writeFile(
          join(app, 'fakes/install-after.js'),
          "import 'atelier-wasm'; import { vi } from 'vitest'; vi.useFakeTimers();"
        );
        const config = await readFile(join(app, 'vitest.config.js'), 'utf8');
        const options = "setupFiles: ['./fakes/install-after.js'], include: ['fakes/image.vi.js'],";
        await writeFile(
          join(app, 'fakes-browser.config.js'),
          config.replace('test: {', `test: { ${options}`)
        );
        expect(await vitest('--config=fakes-browser.config.js')).toMatch(/Tests +1 passed/);
      },
      RUN_MS
    );
  });

  test(
    'what goes wrong points there',
    async () => {
      await writeFile(join(app, 'bare.config.js'), 'export default { transform: {} };');
      const args = ['--config=bare.config.js', '--env=jsdom', '--testMatch=**/src/*.jest.js'];
      const output = await jest(...args).catch((error) => error.message);
      expect(output).toContain('No fetch(): in unit tests see docs/testing.md.');
    },
    RUN_MS
  );
});
