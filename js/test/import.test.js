/** What a server does with the package: it imports it, in a file without any flag, and goes on. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

const run = promisify(execFile);
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const ENTRIES = ['', '/worker', '/testing', '/export', '/compat', '/vite'].map(
  (path) => `atelier-wasm${path}`
);

/** @type {string} */
let folder;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-server-'));
  await mkdir(join(folder, 'node_modules'));
  const dependencies = { 'atelier-wasm': '*' }; // Deno imports no other package
  await writeFile(join(folder, 'package.json'), JSON.stringify({ dependencies }));
  await symlink(PACKAGE, join(folder, 'node_modules/atelier-wasm'));
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * @param {string} name
 * @param {string} code
 */
async function output(name, code) {
  await writeFile(join(folder, name), code);
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout, stderr } = await run(process.execPath, [name], { cwd: folder, env });
  return stdout + stderr;
}

test('every entry is imported in silence, leaves no global, and lets the process end', async () => {
  const code = `
    const before = Reflect.ownKeys(globalThis).length;
    const listeners = process.eventNames().length;
    ${ENTRIES.map((entry) => `await import('${entry}');`).join('\n')}
    if (Reflect.ownKeys(globalThis).length !== before) console.log('a global');
    if (process.eventNames().length !== listeners) console.log('a listener');`;
  expect(await output('server.mjs', code)).toBe('');
});

test('a CommonJS module requires it, and runs a call', async () => {
  await writeFile(
    join(folder, 'worker.mjs'),
    `import { expose } from 'atelier-wasm/worker'; expose({ add: (a, b) => a + b });`
  );
  const code = `
    const { Worker } = require('node:worker_threads');
    const { createTaskRuntime } = require('atelier-wasm');
    (async () => {
      const runtime = await createTaskRuntime();
      const worker = () => new Worker(require.resolve('./worker.mjs'));
      console.log(await runtime.defineTask({ type: 'singleton', worker }).add(1, 2));
      await runtime.dispose();
    })();`;
  expect(await output('server.cjs', code)).toMatch(/^3$/m);
});
