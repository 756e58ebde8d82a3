import { defineConfig } from '@playwright/test';

/** What depends on how calls reach workers, on a page that is not cross-origin isolated. */
const BY_MESSAGES = {
  testMatch:
    /(callbacks|calls|chaos|crashes|errors|frozen|fuzz|inline-worker|isolation|network|own-messages|programs|start|streams|timeline|traces|trace-programs|values)\.spec\.js/,
};

/** The built package in the system's browsers. */
export default defineConfig({
  testDir: 'test-browser',
  testMatch: '*.spec.js',
  globalSetup: './test-browser/global-setup.js',
  outputDir: 'test-results/browser',
  reporter: 'list',
  workers: 1,
  projects: [
    { name: 'chromium', use: { engine: 'chromium' } },
    { name: 'firefox', use: { engine: 'firefox' } },
    { name: 'webkit', use: { engine: 'webkit' } },
    { name: 'messages', ...BY_MESSAGES, use: { engine: 'chromium', mode: 'messages' } },
    { name: 'firefox-messages', ...BY_MESSAGES, use: { engine: 'firefox', mode: 'messages' } },
    { name: 'webkit-messages', ...BY_MESSAGES, use: { engine: 'webkit', mode: 'messages' } },
  ],
});
