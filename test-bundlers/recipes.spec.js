/** @file The files that docs/frameworks.md shows, as they stand. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@playwright/test';

import { REPOSITORY, run } from './command.js';
import { startServer } from './servers.js';

/** @type {string} */
let folder;
/** @type {import('./servers.js').Server} */
let server;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'atelier-frameworks-'));
  await cp(join(REPOSITORY, 'test-bundlers/recipes-app'), folder, { recursive: true });
  const guide = await readFile(join(REPOSITORY, 'docs/frameworks.md'), 'utf8');
  const files = [
    ...guide.matchAll(/^`([\w.]+)`[^`]*?(?:`[^`\n]+`[^`]*?)*:\n\n```\w+\n(.*?)^```$/gms),
  ];
  expect(files.map(([, name]) => name).sort()).toEqual(
    ['PrimeCount', 'PrimeEditor']
      .flatMap((name) => ['svelte', 'tsx', 'vue'].map((type) => `${name}.${type}`))
      .concat('primes.worker.ts', 'tasks.ts')
  );
  for (const [, name, code] of files) await writeFile(join(folder, name), code);
  const install = [
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    process.env.ATELIER_TARBALL ?? '',
  ];
  await run(['npm', 'install', ...install], folder);
  await run(['npx', 'tsc'], folder);
  server = await startServer(['npx', 'vite', '--port', '0'], folder);
});
test.afterAll(async () => {
  await server?.close(); // it may have failed
  await rm(folder, { recursive: true, force: true });
});

/** Calls one of the functions that the page has for this. */
const show = (/** @type {import('@playwright/test').Page} */ page, /** @type {string} */ call) =>
  page.evaluate(`void ${call}`);

/** How the spans of the page's calls ended. */
const statuses = (/** @type {import('@playwright/test').Page} */ page) =>
  page.evaluate(() =>
    performance
      .getEntriesByType('measure')
      .filter(({ name }) => name.startsWith('atelier:span:'))
      .map((entry) => /** @type {PerformanceMeasure} */ (entry).detail.status)
  );

for (const framework of ['react', 'vue', 'svelte']) {
  test.describe(framework, () => {
    /** @type {string[]} */
    let reports;
    test.beforeEach(async ({ page }) => {
      reports = [];
      page.on('pageerror', (error) => reports.push(String(error)));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) reports.push(message.text());
      });
      await page.goto(`${server.url}with-${framework}.html`);
      await page.waitForFunction(() => 'showCount' in globalThis);
    });
    test.afterEach(async ({ page }) => {
      expect(reports).toEqual([]);
      await page.goto('about:blank'); // the server may warn of connections that break
    });

    test('a component calls, and calls again with another property', async ({ page }) => {
      await show(page, 'showCount(1000)');
      await expect(page.locator('p')).toHaveText('168 primes below 1000');
      const workers = page.workers().length;
      await show(page, 'showCount(10000)');
      await expect(page.locator('p')).toHaveText('1229 primes below 10000');
      await show(page, 'showNothing()');
      await show(page, 'showCount(100)');
      await expect(page.locator('p')).toHaveText('25 primes below 100');
      expect(page.workers().length).toBe(workers); // with the one runtime
    });

    test('a call is cancelled when its component goes', async ({ page }) => {
      await show(page, 'showCount(100)');
      await expect(page.locator('p')).toHaveText('25 primes below 100');
      await show(page, 'showCount(300000000)');
      await show(page, 'showNothing()');
      await expect.poll(() => statuses(page)).toContain('canceled');
      await show(page, 'showCount(1000)');
      await expect(page.locator('p')).toHaveText('168 primes below 1000');
    });

    test('workers of a component end with it', async ({ page }) => {
      await show(page, 'showEditor()');
      await page.getByRole('button').click();
      await expect(page.getByRole('button')).toHaveText('168 primes below 1000');
      expect(page.workers()).toHaveLength(1);
      await show(page, 'showNothing()');
      await expect.poll(() => page.workers().length).toBe(0);
    });
  });
}
