import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/**
 * The packed package in Chromium, by Playwright.
 *
 * @param {{ chromium?: { path: string } }} tools what `ensure` found
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function testInBrowser({ chromium }) {
  const report = join(REPOSITORY, 'test-results/browser.json');
  const passed = await succeeds(
    'npx',
    ['--no-install', 'playwright', 'test', '--reporter=list,json'],
    {
      env: { CHROME_PATH: chromium?.path ?? '', PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    }
  );
  const { stats } = JSON.parse(await readFile(report, 'utf8'));
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: passed ? failed : Math.max(failed, 1) };
}
