import { expect, test } from '@playwright/test';

test('the example of the README works as it stands', async ({ page }) => {
  /** @type {string[]} */
  const lines = [];
  page.on('console', (message) => lines.push(`${message.type()} ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`error ${error}`));
  const logged = (/** @type {string} */ text) =>
    page.waitForEvent('console', (message) => message.text().includes(text));
  const [pixel, ...entries] = ['first pixel', 'atelier:trace:', 'atelier:span:'].map(logged);
  await page.goto(process.env.ATELIER_README_URL ?? '');
  expect((await pixel).text()).toBe('first pixel 255,255,255,0');
  await Promise.all(entries);
  expect(lines.filter((line) => /^(error|warning)/.test(line))).toEqual([]);
});
