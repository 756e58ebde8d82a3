import { defineConfig } from '@playwright/test';

import { launchOptions } from '../test-browser/chromium.js';

/** The packed package in each bundler's example app, in the system's Chromium. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  globalSetup: './global-setup.js',
  outputDir: '../test-results/bundlers',
  reporter: 'list',
  workers: 1,
  timeout: 180_000, // an installation or a build
  globalTimeout: 1_080_000, // two minutes and more go into installations
  expect: { timeout: 30_000 },
  use: { launchOptions: await launchOptions() },
});
