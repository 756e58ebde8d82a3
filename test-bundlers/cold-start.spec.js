/**
 * @file Vite's development server with nothing pre-bundled: it discovers what a worker imports when the
 * page's first calls are under way, and pre-bundles that meanwhile.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { npmRun } from './command.js';
import { installExample } from './example.js';
import { MATRIX } from './matrix.js';
import { startServer } from './servers.js';

/** A compiler of a megabyte, for the worker, and a small part of the same package for the page. */
const LIBRARY = 'svelte@5.57.3';

const EXPOSE = `import { expose } from 'atelier-wasm/worker';`;
const PART = `import { writable } from 'svelte/store'; writable(1);`;

const WORKERS = {
  'imports it': `import { compile } from 'svelte/compiler';
    expose({ compile: (source) => compile(source, {}).js.code.length });`,
  'awaits it': `const { compile } = await import('svelte/compiler');
    expose({ compile: (source) => compile(source, {}).js.code.length });`,
  'imports it in a call': `expose({
      async compile(source) {
        const { compile } = await import('svelte/compiler');
        return compile(source, {}).js.code.length;
      },
    });`,
};

const PAGE = `<!doctype html><link rel="icon" href="data:," />
  <script type="module" src="./cold.js"></script>`;

const MAIN = `import { createTaskRuntime } from 'atelier-wasm';
  const runtime = await createTaskRuntime();
  const task = runtime.defineTask({
    type: 'parallel', poolSize: 2,
    worker: () => new Worker(new URL('./cold.worker.js', import.meta.url), { type: 'module' }),
  });
  const sources = ['<p>1</p>', '<p>2</p>', '<p>3</p>', '<p>4</p>'];
  const calls = await Promise.allSettled(sources.map((source) => task.compile(source)));
  console.info(calls.map(({ status, reason }) => reason ?? status).join());`;

/**
 * @param {string} folder
 * @returns {Promise<string[]>} what Vite has pre-bundled there
 */
async function preBundled(folder) {
  const path = join(folder, 'node_modules/.vite/deps/_metadata.json');
  return Object.keys(JSON.parse(await readFile(path, 'utf8')).optimized);
}

for (const { bundler, version, dev, packages = [] } of MATRIX) {
  if (bundler !== 'Vite' || !dev) continue;

  test.describe(`${bundler} ${version}`, () => {
    /** @type {Awaited<ReturnType<typeof installExample>>} */
    let installed;
    test.beforeAll(async () => {
      installed = await installExample('vite', [...packages, LIBRARY]);
      await writeFile(join(installed.folder, 'cold.html'), PAGE);
    });
    test.afterAll(() => installed?.remove()); // it may have failed

    for (const [what, handlers] of Object.entries(WORKERS)) {
      for (const shared of [false, true]) {
        const importer = shared
          ? 'the page a part of it, and is loaded again'
          : 'the page nothing of it';
        test(`a worker ${what}, ${importer}`, async ({ page }) => {
          const { folder } = installed;
          await rm(join(folder, 'node_modules/.vite'), { recursive: true, force: true });
          await writeFile(join(folder, 'cold.js'), shared ? PART + MAIN : MAIN);
          await writeFile(join(folder, 'cold.worker.js'), EXPOSE + handlers);
          const server = await startServer(npmRun(dev), folder);
          /** @type {string[]} */
          const reports = [];
          let loads = 0;
          page.on('framenavigated', () => (loads += 1));
          page.on('pageerror', (error) => reports.push(String(error)));
          page.on('console', (message) => {
            if (message.type() !== 'debug') reports.push(message.text());
          });
          try {
            const settled = page.waitForEvent('console', (message) => message.type() === 'info');
            await page.goto(`${server.url}cold.html`);
            await settled;
            expect(reports).toEqual(['fulfilled,fulfilled,fulfilled,fulfilled']);
            expect(loads).toBe(shared ? 2 : 1);
            expect(await preBundled(folder)).toContain('svelte/compiler');
          } finally {
            await page.close(); // before the server: it may warn of connections that break
            await server.close();
          }
        });
      }
    }
  });
}
