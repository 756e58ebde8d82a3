import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { REPOSITORY, succeeds } from './program.mjs';

/**
 * Runs specs by Playwright, in the system's browsers.
 *
 * @param {string} suite its name, for the report's
 * @param {string} config path of the suite's configuration
 * @param {{ [browser in 'chromium' | 'firefox' | 'webkit']?: { path: string } }} tools what
 *   `ensure` found
 * @param {string[]} [projects] those of the configuration that are run; default: all
 * @param {Record<string, string>} [variables] of its environment
 * @returns {Promise<import('../test.mjs').Counts>}
 */
export async function testWithPlaywright(suite, config, tools, projects = [], variables = {}) {
  const { chromium, firefox, webkit } = tools;
  const report = join(REPOSITORY, `test-results/${suite}.json`);
  const passed = await succeeds(
    'npx',
    [
      ...['--no-install', 'playwright', 'test', '--config', config, '--reporter=list,json'],
      ...projects.flatMap((project) => ['--project', project]),
    ],
    {
      env: {
        CHROME_PATH: chromium?.path ?? '',
        FIREFOX_PATH: firefox?.path ?? '',
        WEBKIT_DRIVER_PATH: webkit?.path ?? '',
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        ...variables,
      },
    }
  );
  const { stats } = JSON.parse(await readFile(report, 'utf8'));
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: passed ? failed : Math.max(failed, 1) };
}
