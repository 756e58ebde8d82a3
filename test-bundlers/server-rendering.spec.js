/** @file The packed package in apps of frameworks that render on a server, as they are served. */
import { createServer } from 'node:net';

import { expect, test } from '@playwright/test';

import { npmRun, run } from './command.js';
import { installExample } from './example.js';
import { expectResults, keepFromIsolation } from './page.js';
import { startServer } from './servers.js';

const [MAJOR] = process.versions.node.split('.');
test.skip(Number(MAJOR) < 22, 'these frameworks need Node 22: `npm test -- frameworks`');

/** A port that nobody listens on: not every server takes 0. */
async function freePort() {
  const server = createServer().listen(0);
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/**
 * Starts a server of an example, and expects its page to work in the mode.
 * @param {import('@playwright/test').Page} page
 * @param {string} folder
 * @param {string[]} script
 * @param {boolean} isolated
 */
async function expectServed(page, folder, script, isolated = true) {
  const variables = { PORT: await freePort() };
  const server = await startServer(npmRun(script), folder, { variables, known: KNOWN });
  try {
    if (!isolated) await keepFromIsolation(page);
    await expectResults(page, server.url);
    expect(await page.evaluate('crossOriginIsolated')).toBe(isolated);
  } finally {
    await page.close(); // before the server: it may warn of connections that break
    await server.close();
  }
}

const EXAMPLES = ['sveltekit', 'nuxt', 'astro', 'react-router', 'angular'];

/** Nuxt 4.5.2 has this to say of itself, in any app. */
const KNOWN = /^.*css\.devSourcemap option is deprecated.*$/gm;

for (const example of EXAMPLES) {
  test.describe(example, () => {
    test.describe.configure({ mode: 'serial' });
    /** @type {Awaited<ReturnType<typeof installExample>>} */
    let installed;
    test.beforeAll(async () => {
      installed = await installExample(example);
    });
    test.afterAll(() => installed?.remove()); // it may have failed

    test('development server', async ({ page }) => {
      await expectServed(page, installed.folder, ['dev']);
    });

    test('build: the page and its workers are isolated', async ({ page }) => {
      await run(npmRun(['build']), installed.folder);
      await expectServed(page, installed.folder, ['start']);
    });

    test('a page that is not isolated', async ({ page }) => {
      await expectServed(page, installed.folder, ['start'], false);
    });
  });
}
