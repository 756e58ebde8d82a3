import { expect, test } from '@playwright/test';

import { followSetUp, runCommand } from './getting-started.js';
import { startServer } from './servers.js';

/**
 * Expects the page to show what the document says.
 * @param {import('@playwright/test').Page} page
 * @param {string} url
 */
async function expectFirstSpan(page, url) {
  /** @type {string[]} */
  const reports = [];
  page.on('pageerror', (error) => reports.push(String(error)));
  page.on('console', (message) => {
    const icon = message.location().url.endsWith('/favicon.ico');
    if (['error', 'warning'].includes(message.type()) && !icon) reports.push(message.text());
  });
  await page.goto(url);
  const button = page.getByRole('button', { name: 'Count primes' });
  const lines = page.locator('p');
  await button.or(lines.first()).first().waitFor();
  if (await button.isVisible()) await button.click();
  await expect(lines, reports.join('\n')).toHaveText([
    '78498 primes below 1000000',
    /^atelier:span:[0-9a-f]{16}: count, \d+\.\d ms, ok$/,
  ]);
  expect(reports).toEqual([]);
}

for (const heading of ['Vite', 'Next.js', 'No bundler']) {
  test(`${heading}: the document leads to the first span`, async ({ page }) => {
    const { folder, starts, remove } = await followSetUp(heading);
    try {
      expect(starts.length).toBeGreaterThan(0);
      for (const commands of starts) {
        for (const command of commands.slice(0, -1)) await runCommand(command, folder);
        const server = await startServer(commands.slice(-1)[0].split(' '), folder);
        try {
          await expectFirstSpan(page, server.url);
        } finally {
          await page.goto('about:blank'); // the server may warn of connections that break
          await server.close();
        }
      }
    } finally {
      await remove();
    }
  });
}

test('Node: the document leads to the first span', async () => {
  const { folder, starts, remove } = await followSetUp('Node');
  try {
    const [[command]] = starts;
    expect((await runCommand(command, folder)).trim().split('\n')).toEqual([
      '78498 primes below 1000000',
      expect.stringMatching(/^atelier:span:[0-9a-f]{16}: count, \d+\.\d ms, ok$/),
    ]);
  } finally {
    await remove();
  }
});
