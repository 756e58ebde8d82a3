import { defineConfig } from '@playwright/test';

import { launchOptions } from '../test-browser/chromium.js';

/** Those that need a newer Node than the package does. */
const NEWER_NODE = 'server-rendering.spec.js';

/** The packed package in each bundler's example app, in the system's Chromium. */
export default defineConfig({
  testDir: '.',
  globalSetup: './global-setup.js',
  outputDir: '../test-results/bundlers',
  reporter: 'list',
  workers: 1,
  timeout: 180_000, // an installation or a build
  globalTimeout: 1_080_000, // two minutes and more go into installations
  expect: { timeout: 30_000 },
  projects: [
    { name: 'bundlers', testMatch: '*.spec.js', testIgnore: NEWER_NODE },
    { name: 'frameworks', testMatch: NEWER_NODE },
  ],
  use: { launchOptions: await launchOptions() },
});
