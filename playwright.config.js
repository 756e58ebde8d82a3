import { defineConfig } from '@playwright/test';

import { launchOptions } from './test-browser/chromium.js';

/** The built package in the system's Chromium. */
export default defineConfig({
  testDir: 'test-browser',
  testMatch: '*.spec.js',
  globalSetup: './test-browser/global-setup.js',
  outputDir: 'test-results/browser',
  reporter: 'list',
  workers: 1,
  use: { launchOptions: launchOptions() },
});
