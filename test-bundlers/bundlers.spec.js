import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { expectNoWarning, npmRun, REPOSITORY, run } from './command.js';
import { installExample } from './example.js';
import { MATRIX } from './matrix.js';
import { expectResults, keepFromIsolation } from './page.js';
import { serveFiles, startServer } from './servers.js';

/** By how much docs/bundlers.md may be wrong about what a page loads. */
const TOLERANCE = 0.1;

/**
 * Expects an example's page to work as it is served.
 * @param {import('@playwright/test').Page} page
 * @param {import('./servers.js').Server} server
 */
async function expectServed(page, server) {
  try {
    return await expectResults(page, server.url);
  } finally {
    await page.close(); // before the server: it may warn of connections that break
    await server.close();
  }
}

/**
 * Expects it to work where it is not cross-origin isolated, whatever the server sends.
 * @param {import('@playwright/test').BrowserContext} context
 * @param {string} url
 */
async function expectServedPlain(context, url) {
  const page = await context.newPage();
  await keepFromIsolation(page);
  await expectResults(page, url);
  expect(await page.evaluate('crossOriginIsolated')).toBe(false);
  await page.close();
}

/**
 * Expects the table of docs/bundlers.md to say what a page loads.
 * @param {string} bundler
 * @param {string} version
 * @param {{ files: number, bytes: number }} loaded
 */
async function expectDocumented(bundler, version, { files, bytes }) {
  const table = await readFile(join(REPOSITORY, 'docs/bundlers.md'), 'utf8');
  const row = table.split('\n').find((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    return cells[1] === bundler && cells[2] === version;
  });
  const actual = `${bundler} ${version}: ${files} files, ${(bytes / 1000).toFixed(0)} kB`;
  console.log(actual);
  const kB = Number(/(\d+) kB/.exec(row ?? '')?.[1]);
  expect(Math.abs(bytes / 1000 / kB - 1), `${actual}; docs/bundlers.md: ${row}`).toBeLessThan(
    TOLERANCE
  );
}

for (const { bundler, version, example, packages, dev, build, serve } of MATRIX) {
  test.describe(`${bundler} ${version}`, () => {
    /** @type {Awaited<ReturnType<typeof installExample>>} */
    let installed;
    test.beforeAll(async () => {
      installed = await installExample(example, packages);
    });
    test.afterAll(() => installed?.remove()); // it may have failed

    if (dev) {
      test('development server', async ({ page }) => {
        await expectServed(page, await startServer(npmRun(dev), installed.folder));
      });
    }

    test('build', async ({ page, context }) => {
      const { folder } = installed;
      expectNoWarning(await run(npmRun(build), folder));
      const server = serve
        ? await startServer(npmRun(serve), folder)
        : await serveFiles(join(folder, 'dist'), { isolated: true });
      await expectServedPlain(context, server.url);
      await expectDocumented(bundler, version, await expectServed(page, server));
    });
  });
}

test.describe('no bundler', () => {
  /** @type {Awaited<ReturnType<typeof installExample>>} */
  let installed;
  test.beforeAll(async () => {
    installed = await installExample('no-bundler');
    await run(npmRun(['build']), installed.folder);
  });
  test.afterAll(() => installed?.remove()); // it may have failed

  test('static files', async ({ page }) => {
    const server = await serveFiles(installed.folder, { isolated: true });
    await expectDocumented('none', 'import map', await expectServed(page, server));
  });

  test('a static host that sends no headers, with coi-serviceworker', async ({ page }) => {
    const server = await serveFiles(installed.folder, { isolated: false });
    await expectServed(page, server);
  });
});
