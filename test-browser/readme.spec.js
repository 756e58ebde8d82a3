import { expect, test } from './fixtures.js';

test('the example of the README works as it stands', async ({ page, engine }) => {
  test.skip(engine === 'webkit', 'WebDriver tells nothing of what a page logs as it loads');
  /** @type {string[]} */
  const lines = [];
  page.on('console', (message) => lines.push(`${message.type()} ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`error ${error}`));
  await page.goto(process.env.ATELIER_README_URL ?? '');
  for (const logged of ['first pixel 255,255,255,0', 'atelier:trace:', 'atelier:span:']) {
    await expect.poll(() => lines.join('\n')).toContain(logged);
  }
  expect(lines.filter((line) => /^(error|warn)/.test(line))).toEqual([]);
});
